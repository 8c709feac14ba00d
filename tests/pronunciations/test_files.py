# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of the user's pronunciations: what counts, from when, what is wrong, how they are changed."""

from __future__ import annotations

import logging
import os
import threading
from pathlib import Path

import pytest

from kokoro_speechd.pronunciations.editing import remove_word, set_entry
from kokoro_speechd.pronunciations.entries import make
from kokoro_speechd.pronunciations.files import UserPronunciations, language_of
from kokoro_speechd.text.mapped_text import read


def heard(words: UserPronunciations, text: str, language: str = "en-US") -> str:
    return words.apply(read(text), language).text


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("en.txt", "en"),
        ("en-GB.txt", "en-GB"),
        ("EN_gb.txt", "en-GB"),
        ("all.txt", "all"),
        ("All.txt", "all"),
        ("cmn.txt", "zh"),
        ("de.txt", "de"),
        ("english.txt", None),
        ("c.txt", None),
        ("my words.txt", None),
    ],
)
def test_names_of_files(name: str, language: str | None) -> None:
    assert language_of(name) == language


def test_no_folder_is_no_trouble(tmp_path: Path) -> None:
    words = UserPronunciations([tmp_path / "absent"])
    assert heard(words, "GNOME") == "GNOME"
    assert (words.problems(), words.files()) == ((), ())


def test_which_files_count(tmp_path: Path) -> None:
    mine, system = tmp_path / "mine", tmp_path / "system"
    for folder in (mine, system):
        folder.mkdir()
    (mine / "en-GB.txt").write_text("data = dahta\n")
    (mine / "en.txt").write_text("data = dayta\nsudo = soo doo\n")
    (mine / "all.txt").write_text("sudo = pseudo\nKDE = k d e\nx11 = x eleven\n")
    (system / "en.txt").write_text("sudo = system\nsystemd = system d\n")
    (system / "all.txt").write_text("x11 = system\nzz = zed zed\n")
    (mine / "en.txt~").write_text("zz = backup\n")
    (mine / ".en.txt").write_text("zz = hidden\n")
    words = UserPronunciations([mine, system])
    text = "data sudo KDE x11 systemd zz"
    assert heard(words, text, "en-GB") == "dahta soo doo k d e x eleven system d zed zed"
    assert heard(words, text, "en-US") == "dayta soo doo k d e x eleven system d zed zed"
    assert heard(words, text, "fr-FR") == "data pseudo k d e x eleven systemd zed zed"
    assert heard(words, text, "de") == "data pseudo k d e x eleven systemd zed zed"
    assert heard(words, text, "") == "data pseudo k d e x eleven systemd zed zed"


def test_a_change_counts_from_the_next_text(tmp_path: Path) -> None:
    words = UserPronunciations([tmp_path / "words"])
    assert heard(words, "GNOME") == "GNOME"
    (tmp_path / "words").mkdir()
    file = tmp_path / "words/en.txt"
    file.write_text("GNOME = one\n")
    assert heard(words, "GNOME") == "one"
    with file.open("r+") as opened:  # in place, as some editors write
        opened.write("GNOME = twelve\n")
    assert heard(words, "GNOME") == "twelve"
    new = tmp_path / "words/new"
    new.write_text("GNOME = thr\n")
    new.replace(file)  # by renaming, as others do
    assert heard(words, "GNOME") == "thr"
    (tmp_path / "words/en-US.txt").write_text("GNOME = four\n")
    assert heard(words, "GNOME") == "four"
    (tmp_path / "words/en-US.txt").unlink()
    file.unlink()
    assert heard(words, "GNOME") == "GNOME"


def test_what_is_wrong_is_named_once_and_the_rest_counts(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "en.txt").write_text("GNOME = guh-nome\nprivate words\nnginx = /engine 3/\n")
    (tmp_path / "english.txt").write_text("KDE = k d e\n")
    os.mkfifo(tmp_path / "fr.txt")
    (tmp_path / "de.txt").mkdir()
    (tmp_path / "it.txt").symlink_to(tmp_path / "nowhere")
    (tmp_path / "es.txt").write_bytes(b"x" * 2_000_001)
    words = UserPronunciations([tmp_path])
    with caplog.at_level(logging.WARNING):
        assert heard(words, "GNOME") == "guh-nome"
        assert heard(words, "GNOME", "fr") == "GNOME"
    found = words.problems()
    assert sorted(Path(problem.split(":")[0]).name for problem in found) == sorted(
        ["en.txt", "en.txt", "english.txt", "fr.txt", "de.txt", "es.txt", "it.txt"]
    )
    assert any(problem.startswith(f"{tmp_path}/en.txt:2: ") for problem in found)
    assert any(problem.startswith(f"{tmp_path}/en.txt:3: ") for problem in found)
    assert [record.getMessage() for record in caplog.records] == list(found)
    assert "private" not in caplog.text


def test_words_are_written_changed_and_taken_out(tmp_path: Path) -> None:
    folder = tmp_path / "config/pronunciations"
    path = set_entry(folder, "en", make("GNOME", "guh-nome"))
    assert path == folder / "en.txt"
    assert (path.stat().st_mode & 0o777, folder.stat().st_mode & 0o777) == (0o600, 0o700)
    path.write_bytes(b"\xef\xbb\xbf# mine\r\nGNOME = x\r\ncaf\xe9\n\nKDE = k d e # desktop")
    path.chmod(0o640)
    set_entry(folder, "en", make("gnome", "/nəʊm/"))
    set_entry(folder, "en", make("GNOME", "big", case=True))
    assert path.read_bytes() == (
        "# mine\ngnome = /nəʊm/\n".encode() + b"caf\xe9\n\nKDE = k d e # desktop\nGNOME [case] = big\n"
    )
    assert path.stat().st_mode & 0o777 == 0o640
    set_entry(folder, "all", make("kde", "kay dee ee"))
    assert remove_word(folder, "KDE", None) == [folder / "all.txt", path]
    assert remove_word(folder, "KDE", None) == []
    assert remove_word(folder, "gnome", "fr") == []
    assert remove_word(folder, "gnome", "en") == [path]
    assert path.read_bytes() == b"# mine\ncaf\xe9\n\nGNOME [case] = big\n"
    assert sorted(file.name for file in folder.iterdir()) == ["all.txt", "en.txt"]


def test_a_file_of_another_spelling_and_a_link_are_kept(tmp_path: Path) -> None:
    folder, elsewhere = tmp_path / "words", tmp_path / "dotfiles"
    folder.mkdir()
    elsewhere.mkdir()
    (elsewhere / "words").write_text("a1 = b\n")
    (folder / "EN_gb.txt").symlink_to(elsewhere / "words")
    assert set_entry(folder, "en-GB", make("c1", "d")) == folder / "EN_gb.txt"
    assert (folder / "EN_gb.txt").is_symlink()
    assert (elsewhere / "words").read_text() == "a1 = b\nc1 = d\n"


def test_writers_do_not_lose_each_others_words(tmp_path: Path) -> None:
    def write(number: int) -> None:
        for place in range(10):
            set_entry(tmp_path, "en", make(f"word{number}x{place}", "x"))

    writers = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert len((tmp_path / "en.txt").read_text().splitlines()) == 40
