"""Signed documents: nothing about a signature is taken on trust."""

import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import OctKey, OKPKey

from pds.crypto import DocumentType, b64, claimed_document, claimed_signer, public_of, sign, unb64
from pds.crypto.signing import generate_private, signed_by
from pds.crypto.signing import verify as verify_raw
from pds.errors import SignatureError
from pds.holders import new_holder, verify

WRITER = new_holder("B113299999902")
OTHER = new_holder("C113299999919")
DOCUMENT = {"mark": 5, "name": "x"}
TOKEN = WRITER.sign(DocumentType.EVENT, DOCUMENT)

# RFC 8032 section 7.1, tests 1 to 3: secret, public
VECTORS = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
    ),
]


@pytest.mark.parametrize(("secret", "public"), VECTORS)
def test_public_keys_are_those_of_rfc_8032(secret: str, public: str) -> None:
    assert public_of(bytes.fromhex(secret)).hex() == public


def test_the_signature_is_over_the_jws_signing_input_with_plain_ed25519() -> None:
    header, payload, signature = TOKEN.split(".")
    key = Ed25519PublicKey.from_public_bytes(WRITER.public.signing_key)
    key.verify(unb64(signature), f"{header}.{payload}".encode())
    assert json.loads(unb64(header)) == {"alg": "Ed25519", "kid": WRITER.id, "typ": "manabi-event+jws"}


def test_what_was_signed_is_read_back() -> None:
    assert verify(TOKEN, DocumentType.EVENT, WRITER.public) == DOCUMENT
    assert (claimed_signer(TOKEN), claimed_document(TOKEN)) == (WRITER.id, DOCUMENT)


@pytest.mark.parametrize("typ", [typ for typ in DocumentType if typ is not DocumentType.EVENT])
def test_a_document_of_one_type_never_passes_for_another(typ: DocumentType) -> None:
    with pytest.raises(SignatureError):
        verify(TOKEN, typ, WRITER.public)


def test_all_document_types_differ() -> None:
    assert len({typ.value for typ in DocumentType}) == len(DocumentType)


def test_another_signers_key_or_name_does_not_pass() -> None:
    with pytest.raises(SignatureError):
        verify(TOKEN, DocumentType.EVENT, OTHER.public)
    with pytest.raises(SignatureError):  # the right key under another name
        verify_raw(TOKEN, DocumentType.EVENT, OTHER.id, WRITER.public.signing_key)
    with pytest.raises(SignatureError):  # the right name with another key
        verify_raw(TOKEN, DocumentType.EVENT, WRITER.id, OTHER.public.signing_key)
    forged = sign(OTHER.signing_private, WRITER.id, DocumentType.EVENT, DOCUMENT)
    with pytest.raises(SignatureError):
        verify(forged, DocumentType.EVENT, WRITER.public)


def header_of(**fields: Any) -> str:
    return b64(json.dumps({"alg": "Ed25519", "kid": WRITER.id, "typ": DocumentType.EVENT.value, **fields}).encode())


@pytest.mark.parametrize("algorithm", ["none", "None", "", "HS256", "EdDSA", "ES256", "ed25519", "Ed448", None, 1, []])
def test_another_algorithm_is_refused_whatever_its_signature(algorithm: object) -> None:
    _, payload, signature = TOKEN.split(".")
    for last in (signature, ""):
        with pytest.raises(SignatureError):
            verify(f"{header_of(alg=algorithm)}.{payload}.{last}", DocumentType.EVENT, WRITER.public)


def test_a_public_key_does_not_serve_as_a_shared_secret() -> None:
    key = OctKey.import_key(WRITER.public.signing_key)
    header = {"alg": "HS256", "kid": WRITER.id, "typ": DocumentType.EVENT.value}
    with pytest.raises(SignatureError):
        verify(jws.serialize_compact(header, b"{}", key), DocumentType.EVENT, WRITER.public)


def test_a_key_that_a_token_brings_along_is_not_used() -> None:
    own = OKPKey.import_key(
        {"kty": "OKP", "crv": "Ed25519", "x": OTHER.public.signing, "d": b64(OTHER.signing_private)}
    )
    registry = jws.JWSRegistry(algorithms=["Ed25519"])
    header = {"alg": "Ed25519", "kid": WRITER.id, "typ": DocumentType.EVENT.value, "jwk": own.as_dict(private=False)}
    with pytest.raises(SignatureError):
        verify(jws.serialize_compact(header, b"{}", own, registry=registry), DocumentType.EVENT, WRITER.public)


@given(st.integers(0, len(TOKEN) - 1), st.sampled_from("ABCxyz019-_.="))
def test_no_character_of_any_part_can_be_changed(place: int, character: str) -> None:
    forged = TOKEN[:place] + character + TOKEN[place + 1 :]
    if forged != TOKEN:
        with pytest.raises(SignatureError):
            verify(forged, DocumentType.EVENT, WRITER.public)


@pytest.mark.parametrize("end", ["", ".", "AA", "\n", " "])
def test_nothing_can_be_added_or_cut_off(end: str) -> None:
    with pytest.raises(SignatureError):
        verify(TOKEN + end if end else TOKEN[:-1], DocumentType.EVENT, WRITER.public)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(st.text(max_size=60), st.builds(lambda *p: ".".join(p), st.text(), st.text(), st.text())))
def test_any_text_that_is_no_token_is_refused_and_nothing_else_happens(text: str) -> None:
    with pytest.raises(SignatureError):
        verify(text, DocumentType.EVENT, WRITER.public)


@given(
    st.recursive(
        st.one_of(st.none(), st.integers(), st.text()),
        lambda inner: st.dictionaries(st.text(), inner) | st.lists(inner),
    )
)
def test_any_header_that_is_not_ours_is_refused_and_nothing_else_happens(header: Any) -> None:
    _, payload, signature = TOKEN.split(".")
    token = f"{b64(json.dumps(header).encode())}.{payload}.{signature}"
    with pytest.raises(SignatureError):
        verify(token, DocumentType.EVENT, WRITER.public)


@pytest.mark.parametrize("text", ["", ".", "..", "a.b", "a.b.c.d", "!.!.!", "W10.W10.W10"])
def test_asking_a_broken_token_who_signed_it_says_that_it_is_none(text: str) -> None:
    with pytest.raises(SignatureError):
        claimed_signer(text)
    with pytest.raises(SignatureError):
        claimed_document(text)


def test_a_signature_is_seen_in_place_and_only_by_its_own_key() -> None:
    key = WRITER.public.signing_key
    for token in (TOKEN.encode(), bytearray(TOKEN.encode())):
        assert signed_by(token, key)
        assert not signed_by(token, OTHER.public.signing_key)
        assert not signed_by(token, key[1:])
    header, payload, signature = TOKEN.split(".")
    for text in (
        "",
        ".",
        "..",
        "あ",
        signature,
        f"{payload}.{signature}",
        TOKEN[1:],
        f"{TOKEN}A",
        TOKEN[:-1],
        f"{TOKEN}.",
    ):
        assert not signed_by(text.encode(), key)
    for place in range(0, len(header) + len(payload), 7):
        altered = TOKEN[:place] + ("A" if TOKEN[place] != "A" else "B") + TOKEN[place + 1 :]
        assert not signed_by(altered.encode(), key)


def test_keys_do_not_repeat_and_do_not_print() -> None:
    assert generate_private() != generate_private()
    shown = repr(WRITER)
    assert WRITER.signing_private.hex() not in shown
    assert repr(WRITER.signing_private) not in shown
    assert repr(WRITER.hpke_private) not in shown
