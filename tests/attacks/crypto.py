"""DER by hand, a small PKI, and CMS signatures and time-stamps with anything wrong that is asked for.

Nothing here is shared with the program: keys are openssl's, every other byte is written here, so that a signature can
be broken in exactly one place.
"""

import hashlib
import os
import subprocess
import time

OIDS = {
    "data": "1.2.840.113549.1.7.1", "signed_data": "1.2.840.113549.1.7.2", "content_type": "1.2.840.113549.1.9.3",
    "message_digest": "1.2.840.113549.1.9.4", "signing_time": "1.2.840.113549.1.9.5",
    "signing_certificate_v2": "1.2.840.113549.1.9.16.2.47", "stamp": "1.2.840.113549.1.9.16.2.14",
    "tst_info": "1.2.840.113549.1.9.16.1.4", "sha256": "2.16.840.1.101.3.4.2.1", "sha1": "1.3.14.3.2.26",
    "md5": "1.2.840.113549.2.5", "ecdsa_sha256": "1.2.840.10045.4.3.2", "ecdsa_sha1": "1.2.840.10045.4.1",
    "rsa": "1.2.840.113549.1.1.1", "rsa_sha256": "1.2.840.113549.1.1.11", "cn": "2.5.4.3",
    "basic_constraints": "2.5.29.19", "key_usage": "2.5.29.15", "extended_key_usage": "2.5.29.37",
    "time_stamping": "1.3.6.1.5.5.7.3.8", "unknown": "1.3.6.1.4.1.99999.1",
}
DAY = 86400


def tlv(tag, *parts):
    content = b"".join(parts)
    size = len(content)
    if size < 128:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


def seq(*parts):
    return tlv(0x30, *parts)


def set_of(*parts):
    return tlv(0x31, *sorted(parts))


def integer(value):
    return tlv(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def oid(name):
    numbers = [int(n) for n in OIDS.get(name, name).split(".")]
    out = bytes([numbers[0] * 40 + numbers[1]])
    for number in numbers[2:]:
        digits = [number & 0x7F]
        while number > 0x7F:
            number >>= 7
            digits.insert(0, 0x80 | (number & 0x7F))
        out += bytes(digits)
    return tlv(0x06, out)


def octets(value):
    return tlv(0x04, value)


def moment(when, general=False):
    text = time.strftime("%Y%m%d%H%M%SZ" if general else "%y%m%d%H%M%SZ", time.gmtime(when))
    return tlv(0x18 if general else 0x17, text.encode())


def name(text):
    return seq(tlv(0x31, seq(oid("cn"), tlv(0x0C, text.encode()))))


def algorithm(of):
    return seq(oid(of)) if of.startswith("ecdsa") else seq(oid(of), b"\5\0")


class Key:
    """A key of openssl's, in a file."""

    def __init__(self, folder, label, kind="ec"):
        self.path = os.path.join(folder, label + ".key")
        self.kind = kind
        options = ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"] if kind == "ec" else \
            ["-algorithm", "RSA", "-pkeyopt", f"rsa_keygen_bits:{kind[3:]}"]
        subprocess.run(["openssl", "genpkey", *options, "-out", self.path], check=True, stderr=subprocess.DEVNULL)
        self.public = subprocess.check_output(["openssl", "pkey", "-in", self.path, "-pubout", "-outform", "DER"])

    @property
    def scheme(self):
        return "ecdsa_sha256" if self.kind == "ec" else "rsa_sha256"

    def sign(self, data, digest="sha256"):
        return subprocess.run(["openssl", "dgst", f"-{digest}", "-sign", self.path], input=data, check=True,
                              stdout=subprocess.PIPE).stdout


class Certificate:
    """A certificate: who, whose key, and when."""

    serials = iter(range(1000, 10 ** 9))

    def __init__(self, subject, key, issuer=None, start=-30 * DAY, end=3650 * DAY, usage=0x80, ca=False, stamping=False,
                 issuer_key=None):
        now = int(time.time())
        self.subject, self.key, self.issuer = subject, key, issuer or self
        self.serial = next(self.serials)
        extensions = []
        if ca:
            extensions.append(seq(oid("basic_constraints"), b"\1\1\xff", octets(seq(b"\1\1\xff"))))
        if usage:
            extensions.append(seq(oid("key_usage"), b"\1\1\xff", octets(tlv(0x03, bytes([0, usage])))))
        if stamping:
            extensions.append(seq(oid("extended_key_usage"), b"\1\1\xff", octets(seq(oid("time_stamping")))))
        signer = issuer_key or (issuer.key if issuer else key)
        body = seq(tlv(0xA0, integer(2)), integer(self.serial), algorithm(signer.scheme), name(self.issuer.subject),
                   seq(moment(now + start), moment(now + end)), name(subject), key.public,
                   *([tlv(0xA3, seq(*extensions))] if extensions else []))
        self.der = seq(body, algorithm(signer.scheme), tlv(0x03, b"\0" + signer.sign(body)))


def revocation_list(issuer, serials=(), start=-3600, end=30 * DAY):
    now = int(time.time())
    entries = [seq(integer(serial), moment(now - 10 * DAY)) for serial in serials]
    body = seq(integer(1), algorithm(issuer.key.scheme), name(issuer.subject), moment(now + start), moment(now + end),
               *([seq(*entries)] if entries else []))
    return seq(body, algorithm(issuer.key.scheme), tlv(0x03, b"\0" + issuer.key.sign(body)))


def pem(der, label):
    import base64
    text = base64.encodebytes(der).decode()
    return f"-----BEGIN {label}-----\n{text}-----END {label}-----\n"


class Pki:
    """A root with signers of every kind, an impostor of the same names, and the folder of trust for a verifier."""

    def __init__(self, folder):
        os.makedirs(folder, exist_ok=True)
        self.folder = folder

        def key(label, kind="ec"):
            return Key(folder, label, kind)

        self.root = Certificate("Attack Root", key("root"), usage=0x06, ca=True)
        self.signer = Certificate("Honest Signer", key("signer"), self.root)
        self.second = Certificate("Second Signer", key("second"), self.root)
        self.rsa = Certificate("RSA Signer", key("rsa", "rsa2048"), self.root)
        self.weak = Certificate("Weak Signer", key("weak", "rsa1024"), self.root)
        self.expired = Certificate("Expired Signer", key("expired"), self.root, start=-800 * DAY, end=-400 * DAY)
        self.future = Certificate("Future Signer", key("future"), self.root, start=400 * DAY)
        self.revoked = Certificate("Revoked Signer", key("revoked"), self.root)
        self.encipherer = Certificate("Not A Signer", key("encipherer"), self.root, usage=0x20)
        self.tsa = Certificate("Time Authority", key("tsa"), self.root, stamping=True)
        self.not_tsa = Certificate("No Authority", key("not_tsa"), self.root)
        self.false_root = Certificate("Attack Root", key("false_root"), usage=0x06, ca=True)
        self.impostor = Certificate("Honest Signer", key("impostor"), self.false_root)
        self.false_tsa = Certificate("Time Authority", key("false_tsa"), self.false_root, stamping=True)
        self.self_signed = Certificate("Honest Signer", key("self_signed"))
        self.below_signer = Certificate("Honest Signer", key("below"), self.signer)
        self.twin = Certificate("Twin", self.signer.key, self.root)
        self.trust = os.path.join(folder, "trust")
        os.makedirs(self.trust, exist_ok=True)
        with open(os.path.join(self.trust, "root.pem"), "w", encoding="ascii") as file:
            file.write(pem(self.root.der, "CERTIFICATE"))
        with open(os.path.join(self.trust, "root.crl"), "w", encoding="ascii") as file:
            file.write(pem(revocation_list(self.root, [self.revoked.serial]), "X509 CRL"))


def attribute(kind, *values):
    return seq(oid(kind), tlv(0x31, *values))


def ess(certificate):
    return attribute("signing_certificate_v2", seq(seq(seq(octets(hashlib.sha256(certificate.der).digest())))))


def signer_info(certificate, attributes, signature=None, digest="sha256", unsigned=(), scheme=None, attributes_signed=None):
    """attributes None: the signature is over the content itself, and given."""
    signed = attributes_signed if attributes_signed is not None else attributes
    if signature is None:
        signature = certificate.key.sign(set_of(*signed), digest)
    scheme = scheme or {"sha256": certificate.key.scheme, "sha1": "ecdsa_sha1"}[digest]
    return seq(integer(1), seq(name(certificate.issuer.subject), integer(certificate.serial)), algorithm_of_hash(digest),
               *([tlv(0xA0, *sorted(attributes))] if attributes is not None else []), algorithm(scheme),
               octets(signature), *([tlv(0xA1, *unsigned)] if unsigned else []))


def algorithm_of_hash(digest):
    return seq(oid(digest))


def signed_data(infos, certificates, content_type="data", content=None, digests=("sha256",), version=1, crls=()):
    inside = seq(oid(content_type), *([tlv(0xA0, octets(content))] if content is not None else []))
    return seq(oid("signed_data"), tlv(0xA0, seq(
        integer(version), tlv(0x31, *[algorithm_of_hash(d) for d in digests]), inside,
        *([tlv(0xA0, *certificates)] if certificates else []), *([tlv(0xA1, *crls)] if crls else []),
        tlv(0x31, *infos))))


def stamp(pki, over, tsa=None, when=0, imprint=None, attributes=None, certificates=None, hashed="sha256"):
    """A time-stamp token over bytes (RFC 3161)."""
    tsa = tsa or pki.tsa
    imprint = imprint if imprint is not None else hashlib.new(hashed, over).digest()
    info = seq(integer(1), oid("1.3.6.1.4.1.99999.2"), seq(algorithm_of_hash(hashed), octets(imprint)),
               integer(next(Certificate.serials)), moment(int(time.time()) + when, True))
    signed = [attribute("content_type", oid("tst_info")),
              attribute("message_digest", octets(hashlib.sha256(info).digest())), ess(tsa)]
    return signed_data([signer_info(tsa, attributes(signed) if attributes else signed)],
                       [tsa.der] if certificates is None else certificates, "tst_info", info, version=3)


def cms(pki, data, signer=None, stamped=True, tsa=None):
    """An honest signature over bytes: PAdES B-T."""
    signer = signer or pki.signer
    attributes = plain_attributes(data, signer)
    signature = signer.key.sign(set_of(*attributes))
    unsigned = [attribute("stamp", stamp(pki, signature, tsa))] if stamped else []
    return signed_data([signer_info(signer, attributes, signature, unsigned=unsigned)], [signer.der])


def plain_attributes(data, signer, digest="sha256"):
    return [attribute("content_type", oid("data")),
            attribute("message_digest", octets(hashlib.new(digest, data).digest())), ess(signer)]
