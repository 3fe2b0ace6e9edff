"""It may be killed at any moment, the disk may be full, another process may be at work: nothing is lost,
nothing is done twice, nothing is left half written."""
import hashlib
import json
import os
import pathlib
import random
import signal
import subprocess
import time
import unittest

from support import SHANQI, Scenario, write_xlsx

ROWS = 900


class Kills(Scenario):
    def check_folder(self):
        """What must hold after any kill and restart. Returns how many documents there are."""
        lines = self.register()
        self.assertEqual([line["sequence"] for line in lines], list(range(1, len(lines) + 1)))
        self.assertEqual(len({line["row"] for line in lines}), len(lines))
        self.assertEqual(self.documents(), sorted(pathlib.Path(line["file"]).name for line in lines))
        for line in lines:
            self.assertEqual(hashlib.sha256((self.out / line["file"]).read_bytes()).hexdigest(), line["sha256"])
        return len(lines)

    def check_no_half_file(self):
        """What must hold at any moment, before anybody has repaired anything: what stands in documents/ is whole. A
        group that is being made final may lie there before its lines are in the register; then they are in `pending`."""
        folder, pending, register = (self.out / name for name in ("documents", ".shanqi/pending", "register.jsonl"))
        text = register.read_bytes() if register.exists() else b""
        if pending.exists():  # what was appended for it may end in half a line
            before, *group = pending.read_bytes().splitlines(keepends=True)
            text = text[:int(before)] + b"".join(line.split(b"\t", 1)[1] for line in group)
        lines = [json.loads(line) for line in text.splitlines()]
        digests = {pathlib.Path(line["file"]).name: line["sha256"] for line in lines}
        for file in folder.iterdir() if folder.exists() else []:
            self.assertEqual(hashlib.sha256(file.read_bytes()).hexdigest(), digests.get(file.name), file.name)

    def test_killed_again_and_again_it_ends_with_every_document_once(self):
        write_xlsx(self.data, ["学校名称", "金额"], *[[f"第{n}小学", n] for n in range(1, ROWS + 1)])
        whole = time.monotonic()
        self.seal_json(out=self.folder / "measure")
        whole = time.monotonic() - whole
        seed = int(os.environ.get("SHANQI_SEED", random.randrange(1 << 30)))
        print(f"SHANQI_SEED={seed}")
        chance = random.Random(seed)
        kills = int(os.environ["SHANQI_KILLS"])
        rounds = 0
        while kills > 0:
            rounds += 1
            self.out = self.folder / f"out{rounds}"
            while kills > 0:
                process = subprocess.Popen([SHANQI, *self.seal_arguments()], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                try:  # the wait is the moment of the kill, not a synchronisation: any moment must do
                    process.wait(timeout=chance.uniform(0.02, whole * 1.05))
                    self.assertEqual(process.returncode, 0)
                    break
                except subprocess.TimeoutExpired:
                    process.send_signal(chance.choice([signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGINT]))
                    process.wait()
                    kills -= 1
                    self.check_no_half_file()
            counts = self.seal_json()
            self.assertEqual(counts["sealed"] + counts["skipped"], ROWS)
            self.assertEqual(self.check_folder(), ROWS)
            self.assertFalse(list((self.out / ".shanqi/work").iterdir()))

    def test_the_first_interrupt_ends_after_a_group_and_says_so(self):
        write_xlsx(self.data, ["学校名称", "金额"], *[[f"第{n}小学", n] for n in range(1, 5001)])
        process = subprocess.Popen([SHANQI, *self.seal_arguments()], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        process.stderr.readline()  # a tenth is done
        process.send_signal(signal.SIGINT)
        said = process.communicate()[1]
        self.assertEqual(process.returncode, 1)
        self.assertIn("收到了中断的信号", said)
        self.assertIn("再运行同一命令", said)
        done = self.check_folder()
        self.assertLess(0, done)
        self.assertLess(done, 5000)
        self.assertTrue((self.out / "register.xlsx").exists())
        self.assertEqual(self.seal_json()["sealed"], 5000 - done)
        self.assertEqual(self.check_folder(), 5000)

    def test_a_second_process_is_told_to_wait(self):
        write_xlsx(self.data, ["学校名称", "金额"], ["一小", 1])
        self.seal_json()
        lock = subprocess.Popen(["flock", str(self.out / ".shanqi/lock"), "sh", "-c", "echo held; read line"], stdin=subprocess.PIPE,
                                stdout=subprocess.PIPE, text=True)
        self.assertEqual(lock.stdout.readline().strip(), "held")
        result = self.seal()
        lock.communicate("\n")
        self.assertEqual(result.returncode, 1)
        self.assertIn("另一个", result.stderr)
        self.assertEqual(self.seal().returncode, 0)


@unittest.skipUnless(os.geteuid() == 0, "mounting small and read-only disks needs root")
class Disks(Scenario):
    def mounted(self, size):
        disk = self.folder / "disk"
        disk.mkdir()
        if subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "none", str(disk)], capture_output=True).returncode != 0:
            self.skipTest("mounting is not allowed here")
        self.addCleanup(subprocess.run, ["umount", str(disk)], check=True)
        self.out = disk / "out"
        return disk

    def test_a_full_disk_says_so_and_keeps_what_is_done(self):
        write_xlsx(self.data, ["学校名称", "金额"], *[[f"第{n}小学", n] for n in range(1, ROWS + 1)])
        disk = self.mounted("24m")
        result = self.seal()
        self.assertEqual(result.returncode, 1)
        self.assertIn("磁盘已满", result.stderr)
        done = Kills.check_folder(self)
        self.assertLess(done, ROWS)
        subprocess.run(["mount", "-o", "remount,size=300m", str(disk)], check=True)
        self.assertEqual(self.seal_json()["sealed"], ROWS - done)
        self.assertEqual(Kills.check_folder(self), ROWS)

    def test_a_read_only_folder(self):
        write_xlsx(self.data, ["学校名称", "金额"], ["一小", 1])
        disk = self.mounted("4m")
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        result = self.seal()
        self.assertEqual(result.returncode, 1)
        self.assertIn("只读", result.stderr)


if __name__ == "__main__":
    unittest.main()
