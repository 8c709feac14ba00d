# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of units in languages without a plural, as CLDR has them: no need to load CLDR for these.

Loading it takes as long as reading half a page of Japanese. A test compares every name with Babel's CLDR.
"""

from __future__ import annotations

# Unit of `units.UNITS`, Japanese, Mandarin; what stands before the number ends with "…".
_TABLE = """
length-kilometer キロメートル 公里
length-meter メートル 米
length-decimeter デシメートル 分米
length-centimeter センチメートル 厘米
length-millimeter ミリメートル 毫米
length-micrometer マイクロメートル 微米
length-nanometer ナノメートル 纳米
length-mile マイル 英里
length-foot フィート 英尺
length-yard ヤード 码
length-nautical-mile 海里 海里
mass-kilogram キログラム 千克
mass-gram グラム 克
mass-milligram ミリグラム 毫克
mass-microgram マイクログラム 微克
mass-tonne トン 公吨
mass-pound ポンド 磅
mass-ounce オンス 盎司
volume-liter リットル 升
volume-deciliter デシリットル 分升
volume-centiliter センチリットル 厘升
volume-milliliter ミリリットル 毫升
volume-cubic-meter 立方メートル 立方米
volume-cubic-centimeter 立方センチメートル 立方厘米
area-square-meter 平方メートル 平方米
area-square-kilometer 平方キロメートル 平方公里
area-square-centimeter 平方センチメートル 平方厘米
area-square-foot 平方フィート 平方英尺
area-hectare ヘクタール 公顷
digital-kilobyte キロバイト 千字节
digital-megabyte メガバイト 兆字节
digital-gigabyte ギガバイト 吉字节
digital-terabyte テラバイト 太字节
digital-petabyte ペタバイト 拍字节
digital-kilobit キロビット 千比特
digital-megabit メガビット 兆比特
digital-gigabit ギガビット 吉比特
digital-terabit テラビット 太比特
frequency-hertz ヘルツ 赫兹
frequency-kilohertz キロヘルツ 千赫
frequency-megahertz メガヘルツ 兆赫
frequency-gigahertz ギガヘルツ 吉赫
power-watt ワット 瓦特
power-kilowatt キロワット 千瓦
power-megawatt メガワット 兆瓦
power-gigawatt ギガワット 吉瓦
power-horsepower 馬力 马力
electric-volt ボルト 伏特
electric-milliampere ミリアンペア 毫安
electric-ohm オーム 欧姆
energy-kilowatt-hour キロワット時 千瓦时
energy-kilojoule キロジュール 千焦
energy-joule ジュール 焦耳
energy-kilocalorie キロカロリー 千卡
pressure-hectopascal ヘクトパスカル 百帕斯卡
pressure-kilopascal キロパスカル 千帕斯卡
pressure-pascal パスカル 帕斯卡
pressure-millibar ミリバール 毫巴
speed-kilometer-per-hour 時速…キロメートル 每小时…公里
speed-meter-per-second 秒速…メートル 每秒…米
speed-mile-per-hour 時速…マイル 每小时…英里
temperature-celsius 摂氏…度 摄氏度
temperature-fahrenheit 華氏…度 华氏度
angle-degree 度 度
duration-second 秒 秒钟
duration-millisecond ミリ秒 毫秒
duration-microsecond マイクロ秒 微秒
duration-nanosecond ナノ秒 纳秒
duration-minute 分 分钟
duration-hour 時間 小时
graphics-pixel ピクセル 像素
graphics-dot-per-inch ドット/インチ 点/英寸
graphics-megapixel メガピクセル 百万像素
digital-kilobyte/s キロバイト毎秒 千字节每秒
digital-megabyte/s メガバイト毎秒 兆字节每秒
digital-gigabyte/s ギガバイト毎秒 吉字节每秒
digital-kilobit/s キロビット毎秒 千比特每秒
digital-megabit/s メガビット毎秒 兆比特每秒
digital-gigabit/s ギガビット毎秒 吉比特每秒
"""


def _names(column: int) -> dict[str, tuple[str, str]]:
    rows = [line.split() for line in _TABLE.strip().splitlines()]
    parted = {row[0]: row[column].rpartition("…") for row in rows}
    return {unit: (before, behind) for unit, (before, _, behind) in parted.items()}


UNCHANGING: dict[str, dict[str, tuple[str, str]]] = {"ja": _names(1), "zh": _names(2)}
"""Locale → unit → words before and behind any number."""
