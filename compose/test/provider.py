"""An OpenID Connect provider where everybody is visitor@ruche.test; it signs with RS256, by the command openssl."""
import base64
import json
import os
import subprocess
import tempfile
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ISSUER = "http://provider:8080"
KEY = os.path.join(tempfile.mkdtemp(), "key")
subprocess.run(["openssl", "genrsa", "-out", KEY, "2048"], check=True, stderr=subprocess.DEVNULL)
MODULUS = subprocess.run(["openssl", "rsa", "-in", KEY, "-noout", "-modulus"], check=True, capture_output=True, text=True).stdout
nonces = {}


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def token(nonce, client):
    now = int(time.time())
    email = os.environ.get("EMAIL", "visitor@ruche.test")
    claims = {"iss": ISSUER, "sub": "1", "aud": client, "iat": now, "exp": now + 600, "nonce": nonce, "email": email, "email_verified": True}
    text = b64(b'{"alg":"RS256","kid":"1","typ":"JWT"}') + "." + b64(json.dumps(claims).encode())
    signature = subprocess.run(["openssl", "dgst", "-sha256", "-sign", KEY], input=text.encode(), check=True, capture_output=True).stdout
    return text + "." + b64(signature)


class Provider(BaseHTTPRequestHandler):
    def say(self, value, status=200, **headers):
        body = json.dumps(value).encode()
        self.send_response(status)
        for name, text in headers.items():
            self.send_header(name, text)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        asked = {k: v[0] for k, v in urllib.parse.parse_qs(url.query).items()}
        if url.path == "/.well-known/openid-configuration":
            self.say({
                "issuer": ISSUER, "authorization_endpoint": ISSUER + "/authorize", "token_endpoint": ISSUER + "/token",
                "jwks_uri": ISSUER + "/keys", "response_types_supported": ["code"], "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"], "code_challenge_methods_supported": ["S256"],
            })
        elif url.path == "/keys":
            modulus = bytes.fromhex(MODULUS.strip().split("=")[1])
            self.say({"keys": [{"kty": "RSA", "kid": "1", "use": "sig", "alg": "RS256", "n": b64(modulus), "e": "AQAB"}]})
        elif url.path == "/authorize":
            code = b64(os.urandom(9))
            nonces[code] = (asked.get("nonce", ""), asked["client_id"])
            back = asked["redirect_uri"] + "?" + urllib.parse.urlencode({"code": code, "state": asked["state"]})
            self.say({}, 302, Location=back)
        else:
            self.say({}, 404)

    def do_POST(self):
        asked = urllib.parse.parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        nonce, client = nonces.pop(asked["code"][0])
        self.say({"access_token": "a", "token_type": "Bearer", "expires_in": 600, "id_token": token(nonce, client)})

    def log_message(self, *_):
        pass


ThreadingHTTPServer(("", 8080), Provider).serve_forever()
