"""Asks an OCSP responder with python3-cryptography: ask-ocsp.py URL CERTIFICATE ISSUER. One JSON object for each way of asking."""

import base64
import json
import sys
import urllib.parse
import urllib.request

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import ocsp

url, certificate, issuer = sys.argv[1:]
certificate, issuer = (x509.load_pem_x509_certificate(open(name, "rb").read()) for name in (certificate, issuer))


def verify(signer, signature, octets, algorithm):
    signer.public_key().verify(signature, octets, ec.ECDSA(algorithm))


for algorithm in (hashes.SHA1(), hashes.SHA256()):
    request = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, algorithm).build()
    der = request.public_bytes(serialization.Encoding.DER)
    by_get = url + "/" + urllib.parse.quote(base64.b64encode(der).decode(), safe="")
    by_post = urllib.request.Request(url, data=der, headers={"Content-Type": "application/ocsp-request"})
    for method, target in (("GET", by_get), ("POST", by_post)):
        with urllib.request.urlopen(target) as reply:
            answer = ocsp.load_der_ocsp_response(reply.read())
        assert answer.response_status == ocsp.OCSPResponseStatus.SUCCESSFUL, answer.response_status
        responder = answer.certificates[0]
        verify(issuer, responder.signature, responder.tbs_certificate_bytes, responder.signature_hash_algorithm)
        verify(responder, answer.signature, answer.tbs_response_bytes, answer.signature_hash_algorithm)
        reason = answer.revocation_reason
        print(
            json.dumps(
                {
                    "method": method,
                    "hash": algorithm.name,
                    "status": answer.certificate_status.name,
                    "reason": reason and reason.name,
                }
            )
        )
