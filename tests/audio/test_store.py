# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from kokoro_speechd.audio.store import SampleStore


def test_samples_are_heard_when_the_device_says_so() -> None:
    store = SampleStore(1)  # a sample lasts a second
    store.put(b"aabbcc")
    assert store.waiting == 6
    assert store.take(4, moment=10.0) == b"aabb"
    assert store.take(4, moment=12.0) == b"cc"
    assert store.waiting == 0
    store.hear(11.9)
    assert (store.heard, store.unheard(), store.is_empty) == (0, b"aabbcc", False)
    store.hear(12.0)
    assert (store.heard, store.unheard()) == (4, b"cc")
    store.put(b"dd")
    assert store.take(8, moment=13.0) == b"dd"
    store.hear(14.0)
    assert (store.heard, store.unheard(), store.is_empty) == (8, b"", True)


def test_a_store_without_samples_gives_none() -> None:
    store = SampleStore(1)
    assert store.take(4, moment=0.0) == b""
    assert store.is_empty


def test_a_mark_is_due_with_the_sample_that_follows_it() -> None:
    store = SampleStore(1)
    called: list[str] = []
    store.mark(lambda: called.append("begin"))
    store.put(b"aa")
    store.mark(lambda: called.append("middle"))
    assert not store.has_due_mark(ended=False)
    store.take(2, moment=0.0)
    store.hear(1.0)
    assert store.has_due_mark(ended=False)
    store.take_mark()()
    assert called == ["begin"]
    assert not store.has_due_mark(ended=False)
    store.put(b"bb")
    assert not store.has_due_mark(ended=False)
    store.take(2, moment=1.0)
    store.hear(2.0)
    assert store.has_due_mark(ended=False)


def test_a_mark_at_the_end_is_due_when_all_was_heard() -> None:
    store = SampleStore(1)
    store.put(b"aa")
    store.mark(lambda: None)
    store.take(2, moment=0.0)
    assert not store.has_due_mark(ended=True)
    store.hear(1.0)
    assert not store.has_due_mark(ended=False)
    assert store.has_due_mark(ended=True)
    store.drop_marks()
    assert not store.has_marks
    assert not store.has_due_mark(ended=True)
