# SPDX-License-Identifier: GPL-3.0-or-later
"""What hexgrad/Kokoro-82M has published on Hugging Face: sizes and SHA-256.

The model and its configuration: as the repository's file pages show them at revision f3ff357. The voices: the
first eight digits, from the table in its VOICES.md.
"""

from __future__ import annotations

from kokoro_speechd.synthesis.files.model_files import CONFIG_NAME, WEIGHTS_NAME

REPOSITORY = "hexgrad/Kokoro-82M"
WEIGHTS_SIZE = 327_212_226
_HASHES = {
    WEIGHTS_NAME: "496dba118d1a58f5f3db2efc88dbdc216e0483fc89fe6e47ee1f2c53f18ad1e4",
    CONFIG_NAME: "5abb01e2403b072bf03d04fde160443e209d7a0dad49a423be15196b9b43c17f",
}
_VOICES_TABLE = """
af_heart=0ab5709b af_alloy=6d877149 af_aoede=c03bd1a4 af_bella=8cb64e02 af_jessica=cdfdccb8
af_kore=8bfbc512 af_nicole=c5561808 af_nova=e0233676 af_river=e149459b af_sarah=49bd364e
af_sky=c799548a am_adam=ced7e284 am_echo=8bcfdc85 am_eric=ada66f0e am_fenrir=98e507ec
am_liam=c8255075 am_michael=9a443b79 am_onyx=e8452be1 am_puck=dd1d8973 am_santa=7f2f7582
bf_alice=d292651b bf_emma=d0a423de bf_isabella=cdd4c370 bf_lily=6e09c2e4 bm_daniel=fc3fce4e
bm_fable=d44935f3 bm_george=f1bc8122 bm_lewis=b5204750 jf_alpha=1bf4c9dc jf_gongitsune=1b171917
jf_nezumi=d83f007a jf_tebukuro=0d691790 jm_kumo=98340afd zf_xiaobei=9b76be63 zf_xiaoni=95b49f16
zf_xiaoxiao=cfaf6f2d zf_xiaoyi=b5235dba zm_yunjian=76cbf8ba zm_yunxi=dbe6e1ce zm_yunxia=bb2b03b0
zm_yunyang=5238ac22 ef_dora=d9d69b0f em_alex=5eac53f7 em_santa=aa8620cb ff_siwis=8073bf2d
hf_alpha=06906fe0 hf_beta=63c0a1a6 hm_omega=b55f02a8 hm_psi=2f0f055c if_sara=6c0b253b
im_nicola=234ed066 pf_dora=07e4ff98 pm_alex=cf0ba8c5 pm_santa=d4210316
"""
_VOICES = dict(entry.split("=") for entry in _VOICES_TABLE.split())


def is_published(name: str, digest: str) -> bool:
    """Say whether a file of a model, such as `voices/af_heart.pt`, is what was published under this name."""
    if (known := _HASHES.get(name)) is not None:
        return digest == known
    stem = name.rpartition("/")[2].removesuffix(".pt")
    return stem in _VOICES and digest.startswith(_VOICES[stem])
