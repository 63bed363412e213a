"""pyHanko's side of bench/signing: the same files, keys, level and options; run by its own environment's python.

    pyhanko_batch.py once|twice PKI SECRET COUNT OUT FILE...

twice: the certifier's signature and the agency's over it, and the file synced to the disk, as a whole copy is.
"""

import io
import json
import os
import sys
import time
from pathlib import Path

from asn1crypto import algos, cms
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from pyhanko.keys import load_cert_from_pemder, load_private_key_from_pemder
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.general import as_signing_certificate_v2, simple_cms_attribute
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

mode, folder, secret, count, out, *files = sys.argv[1:]
folder, out, count = Path(folder), Path(out), int(count)


def certificate(name):
    return load_cert_from_pemder(str(folder / f"{name}.pem"))


def store(*certificates):
    made = SimpleCertificateStore()
    made.register_multiple(certificates)
    return made


def key(name):
    return load_private_key_from_pemder(str(folder / f"{name}.key"), secret.encode())


class Authority(DummyTimeStamper):
    """pyHanko's own takes RSA keys only, and reads the key anew for each token."""

    def _sign_tst_info(self, tst_info_data, md_algorithm, dt):
        if not hasattr(self, "ready"):
            self.ready = serialization.load_der_private_key(self.tsa_key.dump(), password=None)
        digest = hashes.Hash(hashes.SHA256())
        digest.update(tst_info_data)
        attributes = cms.CMSAttributes([
            simple_cms_attribute("content_type", "tst_info"),
            simple_cms_attribute("signing_certificate_v2", as_signing_certificate_v2(self.tsa_cert)),
            simple_cms_attribute("message_digest", digest.finalize())])
        return self.ready.sign(attributes.dump(), ECDSA(hashes.SHA256())), attributes

    def _build_signed_data(self, *parts):
        made = super()._build_signed_data(*parts)
        made["signer_infos"][0]["signature_algorithm"] = algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"})
        return made


issuer = certificate("issuer")
stamper = Authority(tsa_cert=certificate("tsa"), tsa_key=key("tsa"), certs_to_embed=store(issuer))


def pdf_signer(role, **how):
    signer = signers.SimpleSigner(signing_cert=certificate(role), signing_key=key(role),
                                  cert_registry=store(certificate(role), issuer), prefer_pss=True)
    metadata = signers.PdfSignatureMetadata(
        field_name=role.capitalize(), md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES, name="Bench",
        reason="Certified copy", **how)
    return signers.PdfSigner(metadata, signer=signer, timestamper=stamper)


certifier = pdf_signer("certifier", certify=True, docmdp_permissions=fields.MDPPerm.FILL_FORMS)
agency = pdf_signer("agency")


def sign(index):
    with open(files[index % len(files)], "rb") as source, open(out / f"{index}.pdf", "w+b") as target:
        if mode == "once":
            certifier.sign_pdf(IncrementalPdfFileWriter(source), output=target)
            return
        first = certifier.sign_pdf(IncrementalPdfFileWriter(source), output=io.BytesIO())
        agency.sign_pdf(IncrementalPdfFileWriter(first), output=target)
        target.flush()
        os.fsync(target.fileno())


sign(0)  # what is loaded once, and the stamper's first token for its size
start, processor = time.monotonic(), time.process_time()
for number in range(count):
    sign(number)
print(json.dumps({"copies": count, "failed": 0, "seconds": round(time.monotonic() - start, 4),
                  "processor": round(time.process_time() - processor, 4)}))
