import random
import unittest

from solution import solve


class TestRunningTotal(unittest.TestCase):
    def setUp(self):
        generator = random.Random(21)
        self.rows = [[generator.randrange(50) for _ in range(size)] for size in (1, 6, 25)]

    def test_small(self):
        self.assertEqual(solve([1, 2, 3]), [1, 3, 6])

    def test_rows(self):
        for row in self.rows:
            with self.subTest(size=len(row)):
                self.assertListEqual(solve(list(row)), [sum(row[: i + 1]) for i in range(len(row))])

    def test_last_is_the_sum(self):
        for row in self.rows:
            self.assertEqual(solve(list(row))[-1], sum(row))

    def test_refuses_text(self):
        with self.assertRaises(TypeError):
            solve(["a"])
