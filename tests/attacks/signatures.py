"""Attacks on the CMS and its time-stamp: a file with our own placeholder, filled with a signature wrong in one place."""

import hashlib

import crypto
import pdf
from crypto import attribute, cms, ess, octets, oid, plain_attributes, set_of, signed_data, signer_info, stamp

CLASSES = []


def attack(*codes):
    def keep(function):
        CLASSES.append((function.__name__, function, set(codes)))
        return function
    return keep


def build(data, signer, attributes=None, *, drop=(), add=(), unsigned=None, pki=None, certificates=None, digest="sha256",
          **rest):
    """A signature whose attributes and parts can be named apart."""
    chosen = attributes if attributes is not None else plain_attributes(data, signer, digest)
    chosen = [a for i, a in enumerate(chosen) if i not in drop] + list(add)
    signature = signer.key.sign(set_of(*chosen), digest)
    extra = unsigned(signature) if unsigned else [attribute("stamp", stamp(pki, signature))]
    return signed_data([signer_info(signer, chosen, signature, digest, extra)],
                       [signer.der] if certificates is None else certificates, digests=(digest,), **rest)


@attack("cms_no_signer", "cms_several_signers", "cms_structure", "cms_unreadable", "signature_contents")
def signer_infos(data, pki):
    info = signer_info(pki.signer, plain_attributes(data, pki.signer))
    other = signer_info(pki.second, plain_attributes(data, pki.second))
    yield "none", signed_data([], [pki.signer.der])
    yield "two", signed_data([info, other], [pki.signer.der, pki.second.der])
    yield "the same twice", signed_data([info, info], [pki.signer.der])
    yield "none and no certificate", signed_data([], [])
    yield "not SignedData", crypto.seq(oid("data"), crypto.tlv(0xA0, octets(data[:20])))
    yield "nothing", b"\x30\x00"
    yield "version 9", signed_data([info], [pki.signer.der], version=9)
    yield "unknown digest listed", signed_data([info], [pki.signer.der], digests=("sha256", "unknown"))


@attack("digest_mismatch", "signed_attribute_missing", "signed_attribute_repeated", "cms_structure", "digest_unsupported",
        "signature_invalid")
def digests(data, pki):
    s = pki.signer
    honest = plain_attributes(data, s)
    wrong = attribute("message_digest", octets(hashlib.sha256(b"another").digest()))
    yield "of something else", build(data, s, [honest[0], wrong, honest[2]], pki=pki)
    yield "missing", build(data, s, drop=[1], pki=pki)
    yield "twice", build(data, s, add=[wrong], pki=pki)
    yield "two values", build(data, s, [honest[0], attribute("message_digest", octets(hashlib.sha256(data).digest()),
                                                             octets(hashlib.sha256(b"x").digest())), honest[2]], pki=pki)
    yield "empty", build(data, s, [honest[0], attribute("message_digest", octets(b"")), honest[2]], pki=pki)
    yield "cut", build(data, s, [honest[0], attribute("message_digest", octets(hashlib.sha256(data).digest()[:31])),
                                 honest[2]], pki=pki)
    yield "content type missing", build(data, s, drop=[0], pki=pki)
    yield "content type another", build(data, s, [attribute("content_type", oid("tst_info")), *honest[1:]], pki=pki)
    yield "content enclosed", build(data, s, pki=pki, content=data[:100])
    yield "content enclosed, its digest", build(data[:100], s, pki=pki, content=data[:100])
    yield "content type of the frame", build(data, s, pki=pki, content_type="tst_info")
    yield "no attributes at all", signed_data([signer_info(s, None, s.key.sign(b"another"))], [s.der])


@attack("signature_invalid", "signature_unsupported", "signing_certificate_mismatch", "signing_certificate_missing",
        "signer_certificate_missing", "unsigned_certificate", "cms_structure")
def signatures(data, pki):
    s = pki.signer
    honest = plain_attributes(data, s)
    yield "bits turned", signed_data([signer_info(s, honest, bytes([x ^ 1 for x in s.key.sign(set_of(*honest))]))], [s.der])
    yield "another's", signed_data([signer_info(s, honest, pki.second.key.sign(set_of(*honest)))], [s.der])
    yield "over other attributes", signed_data([signer_info(s, honest, s.key.sign(b"other"))], [s.der])
    yield "empty", signed_data([signer_info(s, honest, b"")], [s.der])
    yield "zero", signed_data([signer_info(s, honest, b"\0" * 70)], [s.der])
    yield "of ECDSA with r and s zero", signed_data([signer_info(s, honest, crypto.seq(b"\2\1\0", b"\2\1\0"))], [s.der])
    yield "called RSA", signed_data([signer_info(s, honest, scheme="rsa_sha256")], [s.der])
    yield "of an unknown scheme", signed_data([signer_info(s, honest, scheme="unknown")], [s.der])
    yield "no certificate", signed_data([signer_info(s, honest)], [])
    yield "another's certificate", signed_data([signer_info(s, honest)], [pki.second.der])
    yield "certificate twice", signed_data([signer_info(s, honest)], [s.der, s.der])
    yield "signing certificate another's", build(data, s, [*honest[:2], ess(pki.second)], pki=pki)
    yield "signing certificate missing", build(data, s, drop=[2], pki=pki)
    yield "signing certificate twice", build(data, s, add=[ess(pki.second)], pki=pki)
    yield "twin certificate of the key", signed_data(
        [signer_info(pki.twin, honest, s.key.sign(set_of(*honest)))], [pki.twin.der])


@attack("signer_unknown", "path_invalid", "certificate_expired", "certificate_not_yet_valid", "certificate_revoked",
        "certificate_usage", "key_weak", "algorithm_weak", "revocation_unknown", "signature_invalid",
        "signature_unsupported")
def signers(data, pki):
    for label in ("impostor", "self_signed", "expired", "future", "revoked", "encipherer", "weak", "below_signer",
                  "false_root", "root", "tsa"):
        yield label, cms(pki, data, getattr(pki, label))
    yield "expired, no stamp", cms(pki, data, pki.expired, stamped=False)
    yield "revoked, no stamp", cms(pki, data, pki.revoked, stamped=False)
    yield "impostor with its root", build(data, pki.impostor, pki=pki, certificates=[pki.impostor.der, pki.false_root.der])
    yield "below a signer, with it", build(data, pki.below_signer, pki=pki,
                                           certificates=[pki.below_signer.der, pki.signer.der])
    yield "SHA-1", build(data, pki.signer, pki=pki, digest="sha1")


@attack("cms_not_der", "padding_not_zero", "unsigned_attribute", "unsigned_certificate", "unsigned_crl", "cms_structure",
        "signature_contents", "cms_unreadable", "signature_coverage", "stamp_signature_invalid")
def unsigned_parts(data, pki):
    honest = cms(pki, data)
    yield "bytes after it", honest + b"\0\0PAY"
    yield "an attribute", build(data, pki.signer, pki=pki, unsigned=lambda _: [attribute("unknown", octets(b"x"))])
    yield "a stranger's certificate", build(data, pki.signer, pki=pki, certificates=[pki.signer.der, pki.impostor.der])
    yield "a stranger's root", build(data, pki.signer, pki=pki, certificates=[pki.signer.der, pki.false_root.der])
    yield "a stranger's list", build(data, pki.signer, pki=pki, crls=[crypto.revocation_list(pki.false_root)])
    content = honest[4:] if honest[1] == 0x82 else honest[2:]
    yield "indefinite length", b"\x30\x80" + content + b"\0\0"
    yield "length in more bytes than needed", b"\x30\x84" + len(content).to_bytes(4, "big") + content
    yield "cut", honest[:-5]
    yield "only a start", honest[:20]


@attack("stamp_imprint_mismatch", "stamp_signature_invalid", "stamp_signer_unknown", "stamp_signer_invalid",
        "stamp_unreadable", "stamp_in_future", "unsigned_attribute", "cms_structure", "signing_certificate_mismatch",
        "signed_attribute_missing", "digest_mismatch", "signer_certificate_missing", "signing_certificate_missing")
def stamps(data, pki):
    s = pki.signer

    def with_token(token):
        return build(data, s, pki=pki, unsigned=lambda signature: [attribute("stamp", token(signature))])

    elsewhere = stamp(pki, b"another signature")
    yield "over something else", with_token(lambda _: stamp(pki, data))
    yield "over the digest", with_token(lambda v: stamp(pki, hashlib.sha256(v).digest()))
    yield "copied from another", with_token(lambda _: elsewhere)
    yield "of an unknown authority", with_token(lambda v: stamp(pki, v, pki.false_tsa))
    yield "of an authority that is none", with_token(lambda v: stamp(pki, v, pki.not_tsa))
    yield "of the signer", with_token(lambda v: stamp(pki, v, s))
    yield "of tomorrow", with_token(lambda v: stamp(pki, v, when=crypto.DAY))
    yield "unreadable", with_token(lambda _: octets(b"time"))
    yield "a signature, no token", with_token(lambda v: cms(pki, v, stamped=False))
    yield "without signing certificate", with_token(lambda v: stamp(pki, v, attributes=lambda a: a[:2]))
    yield "without digest", with_token(lambda v: stamp(pki, v, attributes=lambda a: [a[0], a[2]]))
    yield "without certificate", with_token(lambda v: stamp(pki, v, certificates=[]))
    yield "imprint cut", with_token(lambda v: stamp(pki, v, imprint=hashlib.sha256(v).digest()[:20]))
    yield "two, the second another's", build(data, s, pki=pki, unsigned=lambda v: [
        attribute("stamp", stamp(pki, v), elsewhere)])
    yield "two attributes, the second unreadable", build(data, s, pki=pki, unsigned=lambda v: [
        attribute("stamp", stamp(pki, v)), attribute("stamp", octets(b"x"))])
    yield "bits turned", with_token(lambda v: stamp(pki, v)[:-8] + bytes(x ^ 0x55 for x in stamp(pki, v)[-8:]))


def fill_all(prepared, pki):
    """Every attack on one prepared file: class, name, file, codes."""
    data, gap, end = prepared
    part = pdf.signed_part(data, gap, end)
    for label, function, codes in CLASSES:
        for name, der in function(part, pki):
            yield label, name, pdf.fill(data, gap, end, der), codes
