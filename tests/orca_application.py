# SPDX-License-Identifier: GPL-3.0-or-later
"""A GTK application for Orca to read: a menu, an entry, a button that opens a dialog, a text of three lines.

Run by Debian's own Python, which has GTK.
"""

from __future__ import annotations

from typing import Any

import gi

gi.require_version("Gtk", "3.0")
from gi.repository import Gtk  # noqa: E402 - its version is chosen first


def ask(_button: Any, window: Any) -> None:
    """Open a dialog."""
    dialog = Gtk.MessageDialog(
        transient_for=window, modal=True, buttons=Gtk.ButtonsType.YES_NO, text="Throw the letter away?"
    )
    dialog.run()
    dialog.destroy()


def main() -> None:
    """Show the window until it is closed."""
    window = Gtk.Window(title="Post office")
    window.connect("destroy", Gtk.main_quit)
    bar = Gtk.MenuBar()
    letters = Gtk.MenuItem(label="Letters")
    bar.append(letters)
    menu = Gtk.Menu()
    letters.set_submenu(menu)
    for name in ("Write", "Deliver"):
        menu.append(Gtk.MenuItem(label=name))
    entry = Gtk.Entry()
    label = Gtk.Label(label="Address")
    label.set_mnemonic_widget(entry)
    button = Gtk.Button(label="Discard")
    button.connect("clicked", ask, window)
    text = Gtk.TextView()
    text.set_accepts_tab(False)
    text.get_buffer().set_text("Dear Mary,\nthe garden is in flower.\nCome and see.\n")
    text.get_buffer().place_cursor(text.get_buffer().get_start_iter())
    box = Gtk.Box(orientation=Gtk.Orientation.VERTICAL)
    for part in (bar, label, entry, button, text):
        box.add(part)
    window.add(box)
    window.set_default_size(400, 300)
    entry.grab_focus()
    window.show_all()
    Gtk.main()


main()
