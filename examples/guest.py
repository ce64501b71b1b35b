"""A node written from the brief alone: python3 guest.py -p 7001 -b 7000"""
import argparse, json, random, threading, time, uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.request import Request, urlopen

args = argparse.ArgumentParser()
args.add_argument("-p", type=int, required=True)
args.add_argument("-b", type=int)
me = args.parse_args()
peers, books, seen, lock = {me.b} - {None}, {}, set(), threading.RLock()

def ask(port, path, body=None):
    data = json.dumps(body).encode() if body else None
    with urlopen(Request(f"http://127.0.0.1:{port}{path}", data, {"content-type": "application/json"}), timeout=2) as r:
        return json.load(r)

def flood(message):
    for port in list(peers):
        try: ask(port, "/gossip/", message)
        except Exception: pass

def hear(message):
    port, version = int(str(message.get("originating_port", message.get("origin"))).split(":")[-1]), message["version"]
    with lock:
        if message["uuid"] in seen or version <= books.get(port, {"version": 0})["version"]: return
        seen.add(message["uuid"]); books[port] = message
        if port != me.p and len(peers) < 5: peers.add(port)
    if message["ttl"] > 1: threading.Thread(target=flood, args=[{**message, "ttl": message["ttl"] - 1}]).start()

class Handler(BaseHTTPRequestHandler):
    def do_GET(self): self.answer({"peers": sorted(peers)} if self.path.startswith("/peers") else {str(p): m["payload"] for p, m in list(books.items())})
    def do_POST(self): hear(json.loads(self.rfile.read(int(self.headers["content-length"])))); self.answer({"status": "ok"})
    def answer(self, value): self.send_response(200); self.send_header("content-type", "application/json"); self.end_headers(); self.wfile.write(json.dumps(value).encode())
    def log_message(self, *_): pass

threading.Thread(target=ThreadingHTTPServer(("127.0.0.1", me.p), Handler).serve_forever).start()
while True:
    version = books.get(me.p, {"version": 0})["version"] + 1
    hear({"uuid": str(uuid.uuid4()), "originating_port": me.p, "version": version, "ttl": 8, "payload": {"book": f"Book {random.random()}"}})
    time.sleep(3)
