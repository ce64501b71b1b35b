"""The address of a peer that is played by hand (docs/protocol.md): prints the token that a node sends there, and takes no stream."""
import re, sys
from http.server import BaseHTTPRequestHandler, HTTPServer

class Listener(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        length = int(self.headers.get("content-length", 0))
        text = self.rfile.read(length) if length else self.rfile.readline() + self.rfile.readline()
        token = re.search(rb'"token":"([^"]+)"', text)
        print("its token:", token.group(1).decode() if token else "none", flush=True)
        body = b'{"messages": []}' if length else b'{"error": "no streams here"}'
        self.send_response(200 if length else 415)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.send_header("connection", "close")
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    def log_message(self, *_):
        pass

HTTPServer(("127.0.0.1", int(sys.argv[1])), Listener).serve_forever()
