"""Who stands behind a signature, wrongly: certificates, CRLs and OCSP responses with one thing wrong. The root is trusted
and says nothing of its own accord; whatever tells of revocation lies in the file, in a security store that is signed."""

import hashlib
import os
import time

import bases
import crypto
import pdf
from crypto import DAY, Certificate, Key, attribute, integer, moment, name, octets, oid, seq, tlv
from pdf import Ref

crypto.OIDS.update({
    "rsa_sha1": "1.2.840.113549.1.1.5", "rsa_md5": "1.2.840.113549.1.1.4", "ocsp_signing": "1.3.6.1.5.5.7.3.9",
    "server_auth": "1.3.6.1.5.5.7.3.1", "client_auth": "1.3.6.1.5.5.7.3.2", "email": "1.3.6.1.5.5.7.3.4",
    "document_signing": "1.3.6.1.5.5.7.3.36", "no_check": "1.3.6.1.5.5.7.48.1.5", "ocsp_basic": "1.3.6.1.5.5.7.48.1.1",
    "issuing_point": "2.5.29.28", "delta": "2.5.29.27", "crl_number": "2.5.29.20", "crl_reason": "2.5.29.21"})
SCHEMES = {"sha256": "rsa_sha256", "sha1": "rsa_sha1", "md5": "rsa_md5"}
HOLD = 6


def extension(kind, value, critical=False):
    return seq(oid(kind), *([b"\1\1\xff"] if critical else []), octets(value))


def certificate(subject, key, issuer, *, digest="sha256", start=-30 * DAY, end=3650 * DAY, usage=0x80, ca=False, purposes=(),
                extra=()):
    """As crypto.Certificate makes them, with more to choose; the keys that sign are RSA."""
    made = object.__new__(Certificate)
    made.subject, made.key, made.issuer, made.serial = subject, key, issuer or made, next(Certificate.serials)
    extensions = [extension("key_usage", tlv(0x03, bytes([0, usage])), True), *extra]
    if ca:
        extensions.append(extension("basic_constraints", seq(b"\1\1\xff"), True))
    if purposes:
        extensions.append(extension("extended_key_usage", seq(*map(oid, purposes))))
    now, scheme = int(time.time()), crypto.algorithm(SCHEMES[digest])
    body = seq(tlv(0xA0, integer(2)), integer(made.serial), scheme, name(made.issuer.subject),
               seq(moment(now + start), moment(now + end)), name(subject), key.public, tlv(0xA3, seq(*extensions)))
    made.der = seq(body, scheme, tlv(0x03, b"\0" + made.issuer.key.sign(body, digest)))
    return made


def crl(issuer, serials=(), *, start=-3600, end=DAY, revoked=-10 * DAY, reason=None, digest="sha256", extra=()):
    now, scheme = int(time.time()), crypto.algorithm(SCHEMES[digest])
    why = [seq(extension("crl_reason", tlv(0x0A, bytes([reason]))))] if reason else []
    entries = [seq(integer(serial), moment(now + revoked), *why) for serial in serials]
    body = seq(integer(1), scheme, name(issuer.subject), moment(now + start), moment(now + end),
               *([seq(*entries)] if entries else []), *([tlv(0xA0, seq(*extra))] if extra else []))
    return seq(body, scheme, tlv(0x03, b"\0" + issuer.key.sign(body, digest)))


def key_bits(public):
    """The BIT STRING's content of a SubjectPublicKeyInfo, which an OCSP response names by its digest."""
    def header(at):
        size, count = public[at + 1], 0
        if size & 0x80:
            count = size & 0x7F
            size = int.from_bytes(public[at + 2:at + 2 + count], "big")
        return at + 2 + count, size
    inside, _ = header(0)
    algorithm, size = header(inside)
    bits, size = header(algorithm + size)
    return public[bits + 1:bits + size]


def ocsp(about, issuer, signer=None, *, status=b"\x80\0", serial=None, this=-60, end=DAY, made=None, digest="sha256"):
    now, signer, carried = int(time.time()), signer or issuer, [signer.der] if signer else []
    named = seq(crypto.algorithm_of_hash("sha1"), octets(hashlib.sha1(name(issuer.subject)).digest()),
                octets(hashlib.sha1(key_bits(issuer.key.public)).digest()), integer(serial or about.serial))
    single = seq(named, status, moment(now + this, True), *([tlv(0xA0, moment(now + end, True))] if end else []))
    data = seq(tlv(0xA1, name(signer.subject)), moment(now + (this if made is None else made), True), seq(single))
    basic = seq(data, crypto.algorithm(SCHEMES[digest]), tlv(0x03, b"\0" + signer.key.sign(data, digest)),
                *([tlv(0xA0, seq(*carried))] if carried else []))
    return seq(b"\x0a\1\0", tlv(0xA0, seq(oid("ocsp_basic"), octets(basic))))


def revoked_at(when):
    return tlv(0xA1, moment(int(time.time()) + when, True))


class Authorities:
    def __init__(self, pki, folder):
        self.pki, self.folder, self.keys = pki, folder, {}
        os.makedirs(folder)
        self.root = certificate("Silent Root", self.key("root"), None, usage=0x06, ca=True)
        self.leaf = certificate("Signer", self.key("leaf"), self.root)
        with open(os.path.join(folder, "root.pem"), "w", encoding="ascii") as file:
            file.write(crypto.pem(self.root.der, "CERTIFICATE"))

    def key(self, label, kind="rsa2048"):
        if label not in self.keys:
            self.keys[label] = Key(self.pki.folder, "authority " + label, kind)
        return self.keys[label]

    def signed(self, crls=(), responses=(), *, signer=None, above=(), stamped=True, when=0, imprint="sha256"):
        """A file whose signed store holds CRLs and OCSP responses."""
        file, signer = pdf.File(bases.draw()), signer or self.leaf
        streams = {file.size + i: pdf.stream(der) for i, der in enumerate([*crls, *responses])}
        numbers = [Ref(number) for number in streams]
        store = {b"/Type": b"/DSS", b"/CRLs": numbers[:len(crls)], b"/OCSPs": numbers[len(crls):]}
        prepared, gap, end = pdf.prepare(file.append({**streams, file.root: {**file.catalog, b"/DSS": store}}))
        attributes = crypto.plain_attributes(pdf.signed_part(prepared, gap, end), signer)
        value = signer.key.sign(crypto.set_of(*attributes))
        unsigned = [attribute("stamp", crypto.stamp(self.pki, value, when=when, hashed=imprint))] if stamped else []
        info = crypto.signer_info(signer, attributes, value, unsigned=unsigned)
        return pdf.fill(prepared, gap, end, crypto.signed_data([info], [signer.der, *[c.der for c in above]]))

    def by(self, signer, *above, **options):
        """Signed by a certificate whose issuers all say that nothing is revoked."""
        issuers = {id(c.issuer): c.issuer for c in [signer, *above]}.values()
        return self.signed([crl(issuer) for issuer in issuers], signer=signer, above=above, **options)

    def responder(self, **options):
        options = {"purposes": ["ocsp_signing"], "extra": [extension("no_check", b"\5\0")], **options}
        return certificate("Responder", self.key("responder"), self.root, **options)

    def honest(self):
        root, leaf = self.root, self.leaf
        between = certificate("Between", self.key("between"), root, usage=0x06, ca=True)
        yield "CRL", self.signed([crl(root)])
        yield "OCSP of the issuer, and nothing of the root", self.signed([], [ocsp(leaf, root)])
        yield "OCSP of an appointed responder", self.signed([], [ocsp(leaf, root, self.responder())])
        yield "CRL of users alone", self.signed([crl(root, extra=[extension("issuing_point", seq(b"\x81\1\xff"), True)])])
        yield "time-stamp over a signature's SHA-1", self.by(leaf, imprint="sha1")
        yield "revoked after the time-stamp", self.signed([crl(root, [leaf.serial], revoked=60)])
        yield "on hold once", self.signed([crl(root, [leaf.serial], start=-7200, reason=HOLD), crl(root)])
        yield "an authority between", self.by(certificate("Signer", self.key("leaf"), between), between)
        yield "expired since", self.by(certificate("Signer", self.key("leaf"), root, end=-1), when=-3600)
        for purposes in (["email"], ["client_auth"], ["document_signing"], ["server_auth", "client_auth"],
                         ["document_signing", "ocsp_signing"]):
            yield f"for {purposes}", self.by(certificate("Signer", self.key("leaf"), root, purposes=purposes))

    def weak(self):
        root = self.root
        for digest in ("sha1", "md5"):
            yield f"certificate signed with {digest}", self.by(certificate("Signer", self.key("leaf"), root, digest=digest))
            between = certificate("Between", self.key("between"), root, usage=0x06, ca=True, digest=digest)
            yield f"authority signed with {digest}", self.by(certificate("Signer", self.key("leaf"), between), between)
        between = certificate("Between", self.key("small", "rsa1024"), root, usage=0x06, ca=True)
        yield "authority with a small key", self.by(certificate("Signer", self.key("leaf"), between), between)
        prepared, gap, end = pdf.prepare(self.by(self.leaf), field="Stamp", sub_filter=b"/ETSI.RFC3161", kind=b"/DocTimeStamp")
        part = pdf.signed_part(prepared, gap, end)
        yield "imprint of a document's time-stamp", pdf.fill(prepared, gap, end, crypto.stamp(self.pki, part, hashed="sha1"))

    def usage(self):
        for purposes in (["ocsp_signing"], ["server_auth"], ["time_stamping", "server_auth"]):
            yield f"for {purposes} alone", self.by(certificate("Signer", self.key("leaf"), self.root, purposes=purposes))
        yield "for keys alone", self.by(certificate("Signer", self.key("leaf"), self.root, usage=0x20))
        for label, options in (("no authority", {"usage": 0x06}), ("not for certificates", {"usage": 0x80, "ca": True})):
            between = certificate("Between", self.key("between"), self.root, **options)
            yield f"issuer is {label}", self.by(certificate("Signer", self.key("leaf"), between), between)
        unknown = extension("unknown", b"\5\0", True)
        yield "demand nobody knows", self.by(certificate("Signer", self.key("leaf"), self.root, extra=[unknown]))

    def times(self):
        leaf = self.key("leaf")
        yield "time-stamp before the certificate", self.by(certificate("Signer", leaf, self.root, start=-60), when=-3600)
        yield "time-stamp after its end", self.by(certificate("Signer", leaf, self.root, end=-20 * DAY), when=-DAY)

    def revoked(self):
        root, leaf = self.root, self.leaf
        forger = certificate("Silent Root", self.key("forger"), None, usage=0x06, ca=True)
        listed, told = crl(root, [leaf.serial], start=-7200), ocsp(leaf, root, status=revoked_at(-10 * DAY))
        yield "CRL", self.signed([listed])
        yield "older CRL alone", self.signed([listed, crl(root)])
        yield "CRL, and a forger's newer one", self.signed([listed, crl(forger)], above=[forger])
        yield "CRL, OCSP says good", self.signed([listed], [ocsp(leaf, root)])
        yield "OCSP", self.signed([], [told])
        yield "OCSP, another says good", self.signed([], [ocsp(leaf, root), told])
        yield "OCSP, CRL says nothing", self.signed([crl(root)], [told])
        yield "after signing, which nothing proves", self.signed([crl(root, [leaf.serial], revoked=-1)], stamped=False)

    def untold(self):
        root, leaf = self.root, self.leaf
        yield "by nobody", self.signed()
        for label, options in (("of another", {"serial": leaf.serial + 1}), ("says unknown", {"status": b"\x82\0"}),
                               ("of tomorrow", {"this": DAY, "end": 2 * DAY}), ("of long ago", {"this": -10 * DAY, "end": -9 * DAY}),
                               ("of long ago, without end", {"this": -10 * DAY, "end": None}),
                               ("ends before it starts", {"end": -3600}), ("made before what it tells", {"made": -20 * DAY}),
                               ("md5", {"digest": "md5"}), ("sha1", {"digest": "sha1"})):
            yield f"OCSP {label}", self.signed([], [ocsp(leaf, root, **options)])
        for label, options in (("without the purpose", {"purposes": []}), ("that may be revoked", {"extra": []}),
                               ("expired", {"end": -DAY})):
            yield f"OCSP of a responder {label}", self.signed([], [ocsp(leaf, root, self.responder(**options))])
        point = {"authorities": b"\x82\1\xff", "attributes": b"\x85\1\xff", "some reasons": tlv(0x83, b"\1\x40")}
        for label, scope in point.items():
            yield f"CRL of {label}", self.signed([crl(root, extra=[extension("issuing_point", seq(scope), True)])])
        for label, options in (("of tomorrow", {"start": DAY, "end": 2 * DAY}), ("of long ago", {"start": -20 * DAY, "end": -DAY}),
                               ("md5", {"digest": "md5"}), ("sha1", {"digest": "sha1"}),
                               ("of changes", {"extra": [extension("crl_number", integer(5)), extension("delta", integer(4), True)]})):
            yield f"CRL {label}", self.signed([crl(root, **options)])

    def variants(self):
        """Class, name, file, codes."""
        for label, codes in (("weak", {"algorithm_weak", "key_weak"}), ("usage", {"certificate_usage", "path_invalid"}),
                             ("times", {"certificate_expired", "certificate_not_yet_valid"}),
                             ("revoked", {"certificate_revoked"}), ("untold", {"revocation_unknown", "revocation_stale"})):
            for what, data in getattr(self, label)():
                yield f"authorities: {label}", what, data, codes
