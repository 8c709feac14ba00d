# SPDX-License-Identifier: GPL-3.0-or-later
"""Signs of units → their names in CLDR."""

from __future__ import annotations

UNITS: dict[str, str] = {
    "km": "length-kilometer", "kms": "length-kilometer",
    "m": "length-meter", "dm": "length-decimeter", "cm": "length-centimeter",
    "mm": "length-millimeter", "µm": "length-micrometer", "μm": "length-micrometer", "nm": "length-nanometer",
    "mi": "length-mile", "ft": "length-foot", "yd": "length-yard", "nmi": "length-nautical-mile",
    "kg": "mass-kilogram", "g": "mass-gram", "mg": "mass-milligram", "µg": "mass-microgram",
    "μg": "mass-microgram", "mcg": "mass-microgram", "t": "mass-tonne", "lb": "mass-pound",
    "lbs": "mass-pound", "oz": "mass-ounce",
    "l": "volume-liter", "L": "volume-liter", "dl": "volume-deciliter", "cl": "volume-centiliter",
    "ml": "volume-milliliter", "mL": "volume-milliliter", "m³": "volume-cubic-meter",
    "cm³": "volume-cubic-centimeter",
    "m²": "area-square-meter", "km²": "area-square-kilometer", "cm²": "area-square-centimeter",
    "ft²": "area-square-foot", "ha": "area-hectare",
    "kB": "digital-kilobyte", "KB": "digital-kilobyte", "MB": "digital-megabyte", "GB": "digital-gigabyte",
    "TB": "digital-terabyte", "PB": "digital-petabyte", "kbit": "digital-kilobit", "Mbit": "digital-megabit",
    "Gbit": "digital-gigabit", "Tbit": "digital-terabit",
    "Hz": "frequency-hertz", "kHz": "frequency-kilohertz", "MHz": "frequency-megahertz",
    "GHz": "frequency-gigahertz", "W": "power-watt", "kW": "power-kilowatt", "MW": "power-megawatt",
    "GW": "power-gigawatt", "hp": "power-horsepower", "V": "electric-volt", "mA": "electric-milliampere",
    "Ω": "electric-ohm", "kWh": "energy-kilowatt-hour", "kJ": "energy-kilojoule", "J": "energy-joule",
    "kcal": "energy-kilocalorie", "hPa": "pressure-hectopascal", "kPa": "pressure-kilopascal",
    "Pa": "pressure-pascal", "mbar": "pressure-millibar",
    "km/h": "speed-kilometer-per-hour", "kmh": "speed-kilometer-per-hour", "kph": "speed-kilometer-per-hour",
    "m/s": "speed-meter-per-second", "mph": "speed-mile-per-hour",
    "°C": "temperature-celsius", "℃": "temperature-celsius", "°F": "temperature-fahrenheit",
    "℉": "temperature-fahrenheit", "°": "angle-degree",
    "s": "duration-second", "ms": "duration-millisecond", "µs": "duration-microsecond",
    "μs": "duration-microsecond", "ns": "duration-nanosecond", "min": "duration-minute", "h": "duration-hour",
    "px": "graphics-pixel", "dpi": "graphics-dot-per-inch", "MP": "graphics-megapixel",
}  # fmt: skip
# As speech-dispatcher leaves them: powers normalised, strokes taken out.
UNITS |= {
    **{unit + "2": UNITS[unit + "²"] for unit in ("m", "km", "cm", "ft")},
    **{unit + "3": UNITS[unit + "³"] for unit in ("m", "cm")},
    "km h": UNITS["km/h"],
}
_PER_SECOND = {
    "kB/s": "digital-kilobyte", "MB/s": "digital-megabyte", "GB/s": "digital-gigabyte",
    "kbit/s": "digital-kilobit", "Mbit/s": "digital-megabit", "Gbit/s": "digital-gigabit",
    "kbps": "digital-kilobit", "Mbps": "digital-megabit", "Gbps": "digital-gigabit",
}  # fmt: skip
PER_SECOND = "/s"
"""Ends the name of what flows in a second, for which CLDR has a pattern instead of a name."""
UNITS |= {symbol: unit + PER_SECOND for symbol, unit in _PER_SECOND.items()}
UNITS |= {symbol.replace("/", " "): UNITS[symbol] for symbol in _PER_SECOND}
ANY_CASE = frozenset(
    {
        *("km", "kg", "cm", "mm", "ml", "kb", "mb", "gb", "tb", "hz", "khz", "mhz", "ghz", "kw", "kwh"),
        *("km/h", "kb/s", "mb/s", "gb/s", "mbit/s", "gbit/s", "kbps", "mbps", "gbps"),
    }
)
"""Units that are no words in any language, so that "KM" and "Mb" are them too."""
GLUED_BADLY = frozenset({"s", "m", "g", "t", "l", "L", "V", "W", "J", "h"})
"""Units only behind a space: "1990s" are years, and "5m" may be millions."""
GLUED_WHERE_NOTHING_IS_SPACED = frozenset({"m", "g", "V", "W"})
"""Of these, units in Japanese and Mandarin all the same: "500g", "100V"; but "3L" is a size."""
WITH_STOP = frozenset(
    {
        *("hr", "hrs", "h", "min", "mins", "sec", "secs", "seg", "lb", "lbs", "oz", "ft", "mi", "yd", "yds"),
        *(
            "yr",
            "yrs",
            "wk",
            "wks",
            "mo",
            "mos",
            "qt",
            "pt",
            "gal",
            "tbsp",
            "tsp",
            "pcs",
            "km",
            "kg",
            "cm",
            "mm",
        ),
    }
)
"""Units that are written with a full stop, which is then none: "5 lbs. of sugar"."""
