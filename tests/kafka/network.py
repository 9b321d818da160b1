"""Network namespaces with a link to the tests' own namespace (tests/kafka/run makes that), which can be cut."""
import itertools
import os
import pathlib
import subprocess

from conftest import wait_for

counter = itertools.count(1)


def ip(*words):
    subprocess.run(["ip", *map(str, words)], check=True, capture_output=True)


class Network:
    """A namespace of its own, for programs that are started with `enter` before their command; those in others reach it at `address`."""

    def __init__(self):
        pathlib.Path("/proc/sys/net/ipv4/ip_forward").write_text("1", encoding="ascii")  # the tests' namespace joins them all
        number = next(counter)
        self.link = f"tests{number}"
        self.address = f"10.77.{number}.2"
        self.holder = subprocess.Popen(["unshare", "--net", "sleep", "infinity"])
        path = f"/proc/{self.holder.pid}/ns/net"
        wait_for(lambda: os.readlink(path) != os.readlink("/proc/self/ns/net"), what="a network namespace")
        self.enter = ["nsenter", f"--net={path}"]
        ip("link", "add", self.link, "type", "veth", "peer", "name", "outside", "netns", self.holder.pid)
        ip("address", "add", f"10.77.{number}.1/24", "dev", self.link)
        ip("link", "set", self.link, "up")
        for words in (["address", "add", f"{self.address}/24", "dev", "outside"], ["link", "set", "lo", "up"],
                      ["link", "set", "outside", "up"], ["route", "add", "default", "via", f"10.77.{number}.1"]):
            subprocess.run([*self.enter, "ip", *words], check=True, capture_output=True)

    def cut(self):
        """From now on nothing passes, and neither end is told."""
        ip("link", "set", self.link, "down")

    def mend(self):
        ip("link", "set", self.link, "up")

    def close(self):
        self.holder.kill()
        self.holder.wait()
