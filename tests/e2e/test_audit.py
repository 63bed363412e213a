"""`truecopy audit` finds what somebody with the database's password, or at the disk, changed behind truecopy's back."""

import sys
import tempfile
import unittest
from pathlib import Path

import harness

sys.path.insert(0, str(harness.SOURCE / "tests/fault"))
import kill  # noqa: E402


class Audit(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = Path(tempfile.mkdtemp(prefix="truecopy-test-"))
        cls.warehouse = kill.Warehouse(cls.folder / "w")
        cls.warehouse.hold()
        kill.Batch(cls.warehouse, "one", 1).count()

    @classmethod
    def tearDownClass(cls):
        cls.warehouse.remove()
        cls.folder.rmdir()

    def codes(self):
        result = self.warehouse.run("audit", "--json")
        faults = [line["code"] for line in result.lines if line.get("severity") == "fault"]
        self.assertEqual(result.status, 1 if faults else 0, result.out + result.err)
        return faults

    def superuser(self, *statements):
        """As the superuser, past every trigger."""
        self.warehouse.sql("SET session_replication_role = replica; " + "; ".join(statements), user="postgres")

    def test_a_clean(self):
        self.assertEqual(self.codes(), [])

    def test_changed_column(self):
        self.superuser("UPDATE record SET purpose = 'another'")
        self.assertIn("row_changed", self.codes())
        self.superuser("UPDATE record SET purpose = NULL")
        self.assertEqual(self.codes(), [])

    def test_changed_blob(self):
        digest = self.warehouse.sql("SELECT encode(sha256, 'hex') FROM certified_copy")[0][0]
        blob = self.warehouse.data / "blobs" / digest[:2] / digest[2:4] / digest
        content = bytearray(blob.read_bytes())
        blob.chmod(0o600)
        content[100] ^= 1
        blob.write_bytes(content)
        self.assertNotEqual(self.codes(), [])
        content[100] ^= 1
        blob.write_bytes(content)
        self.assertEqual(self.codes(), [])

    def test_z_removed_last_entry_with_its_head(self):
        """Last: the head in the data folder knows of an entry that the database has not any more."""
        last = self.warehouse.sql("SELECT max(id) FROM ledger_entry WHERE leaf_index IS NOT NULL")[0][0]
        size = self.warehouse.sql("SELECT max(tree_size) FROM ledger_head")[0][0]
        self.superuser(f"DELETE FROM ledger_row WHERE entry_id = {last}", f"DELETE FROM ledger_entry WHERE id = {last}",
                       f"DELETE FROM ledger_head WHERE tree_size = {size}")
        self.assertNotEqual(self.codes(), [])


if __name__ == "__main__":
    unittest.main()
