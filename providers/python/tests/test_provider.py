"""Against the platform that SORTITION_URL names, with a proxy of its own that can refuse; `npm run clients:packages`."""

import http.server
import json
import os
import threading
import time
import unittest
import urllib.request

from openfeature import api
from openfeature.evaluation_context import EvaluationContext
from openfeature.track import TrackingEventDetails
from sortition_openfeature import SortitionProvider

PLATFORM = os.environ["SORTITION_URL"]
API_KEY = os.environ["SORTITION_SERVER_KEY"]


class Proxy(http.server.BaseHTTPRequestHandler):
    """Passes requests on, notes the batches of events, and answers them with 503 so often."""

    refusals = 0
    batches: list = []

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status, answer = 503, b"{}"
        if self.path == "/v1/events":
            Proxy.batches.append(json.loads(body)["events"])
        if self.path == "/v1/events" and Proxy.refusals > 0:
            Proxy.refusals -= 1
        else:
            headers = {name: self.headers[name] for name in ("Authorization", "Content-Type")}
            request = urllib.request.Request(PLATFORM + self.path, body, headers)
            try:
                with urllib.request.urlopen(request) as response:
                    status, answer = response.status, response.read()
            except urllib.error.HTTPError as error:
                status, answer = error.code, error.read()
        self.send_response(status)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


class TestSortitionProvider(unittest.TestCase):
    def setUp(self):
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        Proxy.refusals, Proxy.batches = 0, []
        self.lost = []

    def tearDown(self):
        api.shutdown()
        self.server.shutdown()
        self.server.server_close()

    def client(self, api_key=API_KEY, **options):
        url = f"http://127.0.0.1:{self.server.server_port}"
        on_lost = lambda reason, count: self.lost.append((reason, count))
        api.set_provider(SortitionProvider(url, api_key=api_key, on_events_lost=on_lost, **options))
        return api.get_client()

    def test_evaluates(self):
        client = self.client()

        self.assertIs(client.get_boolean_value("fast-checkout", False, EvaluationContext("u", {"country": "SE"})), True)

    def test_sends_what_is_tracked_with_its_units_value_and_properties(self):
        client = self.client(unit_attributes=["account"])
        context = EvaluationContext("user-1", {"account": 7, "other": "x"})
        client.track("purchase", context, TrackingEventDetails(49.9, {"currency": "EUR"}))
        api.shutdown()

        (event,) = Proxy.batches[0]
        units = {"targetingKey": "user-1", "account": "7"}
        expected = {"name": "purchase", "units": units, "value": 49.9, "properties": {"currency": "EUR"}}
        self.assertEqual(event["tracked"], expected)
        self.assertEqual(self.lost, [])

    def test_tries_again_with_the_same_ids(self):
        Proxy.refusals = 2
        client = self.client()
        client.track("purchase", EvaluationContext("user-1"))
        deadline = time.monotonic() + 10
        while len(Proxy.batches) < 3 and time.monotonic() < deadline:
            time.sleep(0.05)

        self.assertEqual(len({json.dumps(batch) for batch in Proxy.batches}), 1)
        self.assertEqual((len(Proxy.batches), self.lost), (3, []))

    def test_sends_all_at_shutdown_in_batches(self):
        client = self.client()
        for number in range(250):
            client.track("many", EvaluationContext(f"user-{number}"))
        api.shutdown()

        self.assertEqual(len({event["id"] for batch in Proxy.batches for event in batch}), 250)
        self.assertLessEqual(max(map(len, Proxy.batches)), 100)

    def test_tells_what_is_lost(self):
        client = self.client()
        client.track("nobody", EvaluationContext())
        client.track("infinite", EvaluationContext("u"), TrackingEventDetails(float("inf")))
        Proxy.refusals = 1_000
        client.track("away", EvaluationContext("u"))
        began = time.monotonic()
        api.shutdown()

        self.assertEqual(self.lost, [("no-unit", 1), ("invalid", 1), ("unsent", 1)])
        self.assertLess(time.monotonic() - began, 7)

    def test_tells_of_events_that_the_platform_refuses(self):
        client = self.client(api_key="sor_server_000000000000_wrong")
        client.track("purchase", EvaluationContext("u"))
        api.shutdown()

        self.assertEqual(self.lost, [("refused", 1)])

    def test_holds_so_many_events(self):
        client = self.client()
        Proxy.refusals = 1_000
        for _ in range(10_001):
            client.track("many", EvaluationContext("u"))

        self.assertEqual(self.lost, [("full", 1)])


if __name__ == "__main__":
    unittest.main()
