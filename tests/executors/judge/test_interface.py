"""What tests may do with code that lives in another process: each probe is a sample that must pass under the split.

The programs are text, as a problem's tests and a model's code are.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from judge_server import Server


@dataclass(frozen=True)
class Probe:
    """One sample that must pass."""

    code: str
    tests: str
    entry_points: str
    copy_back: str = ""
    needs: str = ""  # "sklearn": it is judged in that environment instead of torch's


PROBES: dict[str, Probe] = {}

PROBES["modules that the test trains"] = Probe(
    code="""
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.fc = nn.Linear(n, 4)
        self.act = nn.ReLU()
        self.out = nn.Linear(4, 1)
        self.register_buffer("seen", torch.zeros(()))
        self.n = n

    def forward(self, x):
        self.seen += 1
        return self.out(self.act(self.fc(x)))

    def embed(self, x):
        return self.fc(x)


def build(n):
    return Net(n)
""",
    tests="""
import torch, copy
from torch import nn
from solution import Net, build


def train(m):
    torch.manual_seed(0)
    x = torch.randn(32, 3)
    y = x.sum(1, keepdim=True)
    opt = torch.optim.Adam(m.parameters(), lr=0.05)
    first = None
    for _ in range(40):
        opt.zero_grad()
        loss = nn.functional.mse_loss(m(x), y)
        loss.backward()
        opt.step()
        first = first if first is not None else loss.item()
    assert loss.item() < first * 0.2


def test_train():
    train(Net(3))


def test_train_built():
    train(build(3))


def test_types():
    m = Net(3)
    assert (
        isinstance(m, nn.Module)
        and isinstance(m, Net)
        and isinstance(m.fc, nn.Linear)
        and m.fc.in_features == 3
    )
    assert m.n == 3 and len(list(m.parameters())) == 4
    assert set(m.state_dict()) == {"fc.weight", "fc.bias", "out.weight", "out.bias", "seen"}
    m(torch.ones(1, 3))
    m(torch.ones(1, 3))
    assert m.seen.item() == 2


def test_state():
    a, b = Net(3), Net(3)
    b.load_state_dict(a.state_dict())
    x = torch.randn(2, 3)
    assert torch.equal(a(x), b(x))
    c = copy.deepcopy(a)
    with torch.no_grad():
        a.fc.weight.zero_()
        a.fc.bias.zero_()
    assert not torch.equal(a(x), c(x))
    assert torch.equal(a.embed(x), torch.zeros(2, 4))
    a.eval()
    assert not a.training and not a.fc.training
    a.train()
    assert a.fc.training
    assert not a(x).requires_grad is False
    with torch.no_grad():
        assert not a(x).requires_grad


def test_freeze():
    m = Net(3)
    for p in m.fc.parameters():
        p.requires_grad_(False)
    m(torch.ones(1, 3)).sum().backward()
    assert m.fc.weight.grad is None and m.out.weight.grad is not None
""",
    entry_points="Net build",
)

PROBES["what a test has dropped and the code has kept"] = Probe(
    code="""
import torch
from torch import nn

WEIGHT = nn.Parameter(torch.tensor([2.0, 3.0]))
KEPT = []


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(*[nn.Linear(2, 2) for _ in range(4)])

    def forward(self, x):
        return self.layers(x)


def keep(*things):
    KEPT.extend(things)


def kept():
    return KEPT


def weight():
    return WEIGHT


def weighted(x):
    return (x * WEIGHT).sum()


def of_kept(x):
    return KEPT[0](x).sum() + (KEPT[1] ** 2).sum()


def same(a, b):
    return a is b
""",
    tests="""
import gc
import pytest
import torch
from torch import nn
from solution import Net, keep, kept, of_kept, same, weight, weighted

ALWAYS = nn.Linear(2, 1)


def followed():
    from judge.bridge import Bridge

    [found] = [one for one in gc.get_objects() if isinstance(one, Bridge)]
    return len(found.seen)


def test_given():
    layer = nn.Linear(2, 1)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor([[1.0, -1.0]]))
        layer.bias.zero_()
    leaf = torch.tensor([5.0], requires_grad=True)
    keep(layer, leaf, torch.optim.SGD(layer.parameters(), lr=0.1))
    assert same(ALWAYS, ALWAYS)
    out = weighted(torch.ones(2))
    out.backward()
    assert weight().grad.tolist() == [1.0, 1.0]


def test_the_code_still_has_it():
    assert of_kept(torch.tensor([[3.0, 1.0]])).item() == 27.0
    layer, leaf, optimizer = kept()
    assert same(layer, layer) and same(optimizer, kept()[2])
    assert (leaf.item(), layer.weight.tolist()) == (5.0, [[1.0, -1.0]])
    of_kept(torch.tensor([[3.0, 1.0]])).backward()
    assert layer.weight.grad.tolist() == [[3.0, 1.0]]
    assert leaf.grad.tolist() == [10.0]
    optimizer.step()
    assert torch.allclose(layer.weight, torch.tensor([[0.7, -1.1]]))


def test_what_was_stepped_there_stays_so():
    assert torch.allclose(kept()[0].weight, torch.tensor([[0.7, -1.1]]))
    x = torch.ones(2, requires_grad=True)
    weighted(x).backward()
    assert x.grad.tolist() == [2.0, 3.0]
    assert weight().grad.tolist() == [2.0, 2.0]  # of both tests


@pytest.mark.parametrize("number", range(12))
def test_modules_come_and_go(number):
    nets = [Net(), Net()]
    assert nets[0](torch.ones(1, 2)).shape == (1, 2)
    nets[1](torch.ones(3, 2)).sum().backward()
    assert nets[1].layers[0].weight.grad is not None
    assert followed() < 40


def test_what_the_module_of_tests_has_stays_one_thing():
    assert same(ALWAYS, ALWAYS)
    with torch.no_grad():
        ALWAYS.bias.fill_(9.0)
    keep(ALWAYS)
    assert kept()[-1] is ALWAYS
    assert followed() < 40
""",
    entry_points="Net keep kept of_kept same weight weighted",
)

PROBES["closures"] = Probe(
    code="""
def counter(start):
    n = start

    def step(by=1):
        nonlocal n
        n += by
        return n

    return step


def schedule(warm):
    return lambda s: min(1.0, s / warm)
""",
    tests="""
import torch
from solution import counter, schedule


def test_c():
    c = counter(3)
    assert c() == 4
    assert c(by=2) == 6


def test_lr():
    p = torch.nn.Parameter(torch.ones(1))
    o = torch.optim.SGD([p], lr=1.0)
    s = torch.optim.lr_scheduler.LambdaLR(o, schedule(4))
    assert o.param_groups[0]["lr"] == 0
    o.step()
    s.step()
    assert o.param_groups[0]["lr"] == 0.25
""",
    entry_points="counter schedule",
)

PROBES["objects, records, iterators, exceptions"] = Probe(
    code="""
from dataclasses import dataclass, field
from collections import namedtuple, deque, OrderedDict
import enum


class Meter:
    def __init__(self):
        self.v = []
        self.total = 0.0

    def update(self, x):
        self.v.append(x)
        self.total += x
        return self

    @property
    def mean(self):
        return self.total / len(self.v)

    def __len__(self):
        return len(self.v)

    def __getitem__(self, i):
        return self.v[i]

    def __iter__(self):
        return iter(self.v)

    def __contains__(self, x):
        return x in self.v

    def __enter__(self):
        return self

    def __exit__(self, *a):
        self.closed = True
        return False

    def __call__(self, k):
        return self.total * k

    def __add__(self, o):
        m = Meter()
        m.v = self.v + o.v
        m.total = self.total + o.total
        return m

    @classmethod
    def of(cls, *xs):
        m = cls()
        [m.update(x) for x in xs]
        return m


@dataclass
class Res:
    a: int
    b: list = field(default_factory=list)


@dataclass(frozen=True)
class Box:
    x: float
    y: float

    def area(self):
        return self.x * self.y


Pt = namedtuple("Pt", "x y")


class Color(enum.Enum):
    RED = 1
    BLUE = 2


def res():
    return Res(1, [2, 3])


def pt():
    return Pt(1, 2)


def color():
    return Color.RED


def read(r):
    return r.a


def gen(n):
    for i in range(n):
        yield i
    return "done"


def od():
    return (
        OrderedDict(b=1, a=2),
        deque([1, 2], 3),
        {1, 2},
        frozenset([3]),
        slice(1, 2),
        range(3),
        1 + 2j,
        b"xx",
        10**30,
        float("nan"),
        -0.0,
        None,
        (1, (2,)),
    )


def fail(kind):
    class Mine(ValueError):
        pass

    if kind == "v":
        raise Mine("bad thing")
    if kind == "k":
        raise KeyError("zz")
    if kind == "s":
        raise StopIteration
    raise TypeError("tt")
""",
    tests="""
import pytest, dataclasses, math, copy
from solution import Meter, res, pt, color, gen, od, fail, read, Box


def test_meter():
    m = Meter()
    m.update(1.0)
    m.update(3.0)
    assert (
        m.mean == 2
        and len(m) == 2
        and m[1] == 3
        and list(m) == [1, 3]
        and 3.0 in m
        and 5.0 not in m
        and m.total == 4.0
    )
    assert m(2) == 8 and isinstance(m, Meter)
    with m as k:
        assert k is m
    assert m.closed is True
    m.extra = 5
    assert m.extra == 5
    assert (m + m).total == 8 and len(Meter.of(1, 2, 3)) == 3
    assert m.update(1) is m
    with pytest.raises(AttributeError):
        m.nothing
    assert not hasattr(m, "nothing")
    with pytest.raises(IndexError):
        m[10]
    c = copy.deepcopy(m)
    c.update(1)
    assert len(c) == 4 and len(m) == 3


def test_values():
    r = res()
    assert r.a == 1 and r.b == [2, 3] and dataclasses.asdict(r) == {"a": 1, "b": [2, 3]} and r == res()
    assert read(r) == 1
    b = Box(2.0, 3.0)
    assert b.area() == 6 and b.x == 2 and isinstance(b, Box) and b == Box(2.0, 3.0) and b != Box(1.0, 1.0)
    p = pt()
    assert p == (1, 2) and p.x == 1 and p._fields == ("x", "y")
    assert color().name == "RED" and color().value == 1 and color() == color()
    a = od()
    assert (
        list(a[0]) == ["b", "a"]
        and a[1].maxlen == 3
        and a[2] == {1, 2}
        and a[3] == frozenset([3])
        and a[4] == slice(1, 2)
        and a[5] == range(3)
        and a[6] == 1 + 2j
        and a[7] == b"xx"
        and a[8] == 10**30
        and math.isnan(a[9])
        and math.copysign(1, a[10]) == -1
        and a[11] is None
        and a[12] == (1, (2,))
    )


def test_gen():
    g = gen(3)
    assert next(g) == 0
    assert list(g) == [1, 2]
    assert sum(gen(5)) == 10
    assert iter(g) is g
    with pytest.raises(StopIteration):
        next(gen(0))


def test_fail():
    with pytest.raises(ValueError, match="bad thing"):
        fail("v")
    with pytest.raises(KeyError):
        fail("k")
    with pytest.raises(TypeError):
        fail("t")
""",
    entry_points="Meter res pt color gen od fail read Box",
)

PROBES["datasets, loaders, callbacks"] = Probe(
    code="""
import torch
from torch.utils.data import Dataset, IterableDataset


class DS(Dataset):
    def __init__(self, n):
        self.n = n

    def __len__(self):
        return self.n

    def __getitem__(self, i):
        if i >= self.n:
            raise IndexError
        return torch.full((2,), float(i)), i


def collate(b):
    return torch.stack([x for x, _ in b]), torch.tensor([y for _, y in b])


def batches(loader):
    return sum(len(x) for x, _ in loader)


def apply(fn, x):
    return fn(x)


def loader(ds, n):
    from torch.utils.data import DataLoader

    return DataLoader(ds, batch_size=n, num_workers=2)


class Samp:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        return iter(range(self.n - 1, -1, -1))

    def __len__(self):
        return self.n
""",
    tests="""
import torch
from torch.utils.data import DataLoader, TensorDataset
from solution import DS, collate, batches, apply, loader, Samp


def test_a():
    dl = DataLoader(DS(5), batch_size=2)
    b = list(dl)
    assert len(b) == 3 and b[0][0].shape == (2, 2) and b[2][1].tolist() == [4]
    b = list(DataLoader(DS(5), batch_size=2, collate_fn=collate, sampler=Samp(5)))
    assert b[0][1].tolist() == [4, 3]


def test_b():
    assert batches(DataLoader(TensorDataset(torch.ones(7, 2), torch.ones(7)), batch_size=3)) == 7
    assert batches([(torch.ones(2), 0)]) == 2
    assert batches((torch.ones(2), 0) for _ in range(3)) == 6
    assert apply(lambda x: x * 2, torch.ones(2)).tolist() == [2, 2]
    assert apply(torch.relu, torch.tensor([-1.0, 1.0])).tolist() == [0, 1]
    assert apply(torch.nn.functional.relu, torch.tensor([-1.0, 1.0])).tolist() == [0, 1]


def test_c():
    assert sum(len(x) for x, _ in loader(TensorDataset(torch.ones(7, 2), torch.ones(7)), 2)) == 7
""",
    entry_points="DS collate batches apply loader Samp",
)

PROBES["gradients"] = Probe(
    code="""
import torch


def sq(x, w=None):
    y = (x**3).sum(-1)
    return y if w is None else y * w


def two(x):
    return x.sin(), x.detach(), (x * 2).long()


def inplace(x):
    x += 1
    return x * x


class F(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x.exp()

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return g * x.exp()


def ex(x):
    return F.apply(x)


class RNN:
    def __init__(self):
        self.w = torch.ones(2, requires_grad=True)

    def step(self, h, x):
        return torch.tanh(h * self.w + x)


def scale(t):
    return [v * 2 for v in t]
""",
    tests="""
import torch
from solution import sq, two, inplace, ex, RNN, scale


def test_a():
    x = torch.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    sq(x).sum().backward()
    assert torch.allclose(x.grad, 3 * x.detach() ** 2)
    (g,) = torch.autograd.grad(sq(x, torch.ones(2)).sum(), x, create_graph=True)
    (h,) = torch.autograd.grad(g.sum(), x)
    assert torch.allclose(h, 6 * x.detach())


def test_check():
    x = torch.randn(2, 3, dtype=torch.float64, requires_grad=True)
    w = torch.randn(2, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(sq, (x, w))
    assert torch.autograd.gradgradcheck(sq, (x, w))
    assert torch.autograd.gradcheck(ex, (x,))


def test_two():
    x = torch.ones(3, requires_grad=True)
    a, b, c = two(x)
    assert a.requires_grad and not b.requires_grad and c.dtype == torch.int64
    a.sum().backward()
    a2, _, _ = two(x * 2)
    a2.sum().backward()
    assert x.grad is not None


def test_inplace():
    x = torch.ones(3, requires_grad=True)
    y = x * 1
    z = inplace(y)
    z.sum().backward()
    assert torch.allclose(x.grad, torch.full((3,), 4.0))


def test_rnn():
    r = RNN()
    h = torch.zeros(2)
    for t in range(3):
        h = r.step(h, torch.ones(2))
    h.sum().backward()
    w = torch.ones(2, requires_grad=True)
    k = torch.zeros(2)
    for t in range(3):
        k = torch.tanh(k * w + torch.ones(2))
    k.sum().backward()
    assert torch.allclose(r.w.grad, w.grad)


def test_list():
    xs = [torch.ones(2, requires_grad=True) for _ in range(2)]
    out = scale(xs)
    (out[0].sum() + 3 * out[1].sum()).backward()
    assert xs[1].grad.tolist() == [6, 6]
""",
    entry_points="sq two inplace ex RNN scale",
)

PROBES["seeds, output, warnings, files"] = Probe(
    code="""
import torch, numpy as np, random, warnings, sys


def r():
    return torch.rand(2), np.random.rand(), random.random()


def g(gen):
    return torch.rand(3, generator=gen)


def n(rng):
    return rng.normal(size=2)


def say():
    print("hello")
    print("err", file=sys.stderr)
    warnings.warn("careful", UserWarning)
    warnings.warn("old", DeprecationWarning)


def dt():
    return torch.ones(1).dtype


def save(p):
    (p / "a").mkdir()
    torch.save({"a": torch.ones(2)}, p / "a" / "m.pt")
    return str(p / "a" / "m.pt")
""",
    tests="""
import torch, numpy as np, random, pytest
from solution import r, g, n, say, dt, save


def test_seed():
    torch.manual_seed(5)
    np.random.seed(5)
    random.seed(5)
    a = r()
    nxt = torch.rand(1)
    torch.manual_seed(5)
    np.random.seed(5)
    random.seed(5)
    assert torch.equal(a[0], torch.rand(2)) and a[1] == np.random.rand() and a[2] == random.random()
    assert torch.equal(nxt, torch.rand(1))


def test_gen():
    G = torch.Generator().manual_seed(1)
    a = g(G)
    b = g(G)
    H = torch.Generator().manual_seed(1)
    assert torch.equal(a, torch.rand(3, generator=H)) and torch.equal(b, torch.rand(3, generator=H))
    q = np.random.default_rng(3)
    a = n(q)
    b = n(q)
    k = np.random.default_rng(3)
    assert (a == k.normal(size=2)).all() and (b == k.normal(size=2)).all()


def test_say(capsys):
    with pytest.warns(UserWarning, match="careful"):
        with pytest.warns(DeprecationWarning):
            say()
    c = capsys.readouterr()
    assert c.out == "hello\\n" and c.err == "err\\n"


def test_dt():
    torch.set_default_dtype(torch.float64)
    try:
        assert dt() == torch.float64
    finally:
        torch.set_default_dtype(torch.float32)


def test_tmp(tmp_path):
    assert torch.load(save(tmp_path))["a"].tolist() == [1, 1]
""",
    entry_points="r g n say dt save",
)

PROBES["pandas, scipy, sklearn"] = Probe(
    code="""
import pandas as pd, numpy as np, scipy.sparse as sp


def f(df):
    return df.groupby("k", as_index=False)["v"].mean()


def same(x):
    return x


def columns(bunch):
    return bunch.data.shape[1]


def s():
    return sp.csr_matrix(np.eye(3)), sp.coo_array(np.eye(2))


from sklearn.base import BaseEstimator, TransformerMixin


class Scaler(BaseEstimator, TransformerMixin):
    def __init__(self, k=2):
        self.k = k

    def fit(self, X, y=None):
        self.mean_ = X.mean(0)
        return self

    def transform(self, X):
        return (X - self.mean_) * self.k


def pipe():
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression()
""",
    tests="""
import pandas as pd, numpy as np, scipy.sparse as sp
from solution import columns, f, same, s, Scaler


def test_df():
    df = pd.DataFrame({"k": ["a", "b", "a"], "v": [1.0, 2.0, 3.0]})
    pd.testing.assert_frame_equal(f(df), pd.DataFrame({"k": ["a", "b"], "v": [2.0, 2.0]}))
    d = pd.DataFrame(
        {
            "t": pd.date_range("2020-01-01", periods=2, tz="UTC"),
            "c": pd.Categorical(["x", "y"]),
            "i": pd.array([1, None], dtype="Int64"),
            "s": ["p", None],
            "n": pd.to_datetime(["2020-01-01", None]),
        },
        index=pd.MultiIndex.from_tuples([(1, "a"), (2, "b")], names=["q", "w"]),
    )
    pd.testing.assert_frame_equal(same(d), d)
    x = pd.Series([1, 2], name="z", index=pd.Index(["a", "b"], name="ii"))
    pd.testing.assert_series_equal(same(x), x)
    assert same(pd.Timestamp("2020-01-01 10:00", tz="Europe/Paris")) == pd.Timestamp(
        "2020-01-01 10:00", tz="Europe/Paris"
    )
    assert same(pd.NaT) is pd.NaT


def test_sp():
    a, b = s()
    assert (
        sp.issparse(a)
        and a.format == "csr"
        and (a.toarray() == np.eye(3)).all()
        and isinstance(b, sp.coo_array)
    )


def test_skl():
    X = np.arange(6.0).reshape(3, 2)
    sc = Scaler(k=3)
    out = sc.fit(X).transform(X)
    assert (
        np.allclose(out, (X - X.mean(0)) * 3)
        and np.allclose(sc.mean_, X.mean(0))
        and sc.get_params() == {"k": 3}
    )
    assert np.allclose(sc.fit_transform(X), out)


def test_bunch():
    from sklearn.utils import Bunch

    there = Bunch(data=np.eye(2), target_names=["a", "b"])
    back = same(there)
    assert type(back) is Bunch and back.target_names == ["a", "b"] and (back.data == np.eye(2)).all()
    assert columns(there) == 2
""",
    entry_points="f same s Scaler pipe columns",
    needs="sklearn",
)

PROBES["torch sparse"] = Probe(
    code="""
import torch


def t():
    i = torch.sparse_coo_tensor([[0, 1], [1, 0]], [1.0, 2.0], (2, 2))
    return i, i.to_sparse_csr()
""",
    tests="""
import torch
from solution import t


def test_layouts():
    i, c = t()
    assert i.is_sparse and i.to_dense()[0, 1] == 1 and c.layout == torch.sparse_csr and c.to_dense()[1, 0] == 2
""",
    entry_points="t",
)

PROBES["models and optimisers of the test's"] = Probe(
    code="""
import torch
from torch import nn


def train_step(model, opt, x, y):
    model.train()
    opt.zero_grad()
    loss = nn.functional.mse_loss(model(x), y)
    loss.backward()
    opt.step()
    return loss.item()


def make_opt(model, lr):
    return torch.optim.AdamW(
        [
            {"params": [p for p in model.parameters() if p.ndim > 1], "weight_decay": 0.1},
            {"params": [p for p in model.parameters() if p.ndim <= 1], "weight_decay": 0.0},
        ],
        lr=lr,
    )


def warm(opt, n):
    return torch.optim.lr_scheduler.LambdaLR(opt, lambda s: min(1.0, (s + 1) / n))


def evaluate(model, x):
    was = model.training
    model.eval()
    with torch.no_grad():
        out = model(x)
    model.train(was)
    return out


def fill(x, l, d):
    x.fill_(7)
    l.append(1)
    d["k"] = 2


class EMA:
    def __init__(self, model, decay):
        self.decay = decay
        self.shadow = {k: v.detach().clone() for k, v in model.named_parameters()}
        self.model = model

    @torch.no_grad()
    def update(self):
        for k, v in self.model.named_parameters():
            self.shadow[k].mul_(self.decay).add_(v, alpha=1 - self.decay)

    def copy_to(self, model):
        for k, v in model.named_parameters():
            v.data.copy_(self.shadow[k])


class SGD:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    def step(self):
        with torch.no_grad():
            for p in self.params:
                p -= self.lr * p.grad

    def zero_grad(self):
        for p in self.params:
            p.grad = None


def freeze(m):
    for p in m.parameters():
        p.requires_grad_(False)
    return m


def head(m, n):
    m[1] = nn.Linear(m[1].in_features, n)
    return m
""",
    tests="""
import torch, copy
from torch import nn
from solution import train_step, make_opt, warm, evaluate, fill, EMA, SGD, freeze, head


def net():
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Tanh(), nn.Linear(4, 1))


def test_step():
    m = net()
    ref = net()
    o = torch.optim.Adam(m.parameters(), lr=0.01)
    p = torch.optim.Adam(ref.parameters(), lr=0.01)
    x = torch.randn(8, 3)
    y = torch.randn(8, 1)
    m.eval()
    for _ in range(3):
        l = train_step(m, o, x, y)
        p.zero_grad()
        k = nn.functional.mse_loss(ref(x), y)
        k.backward()
        p.step()
        assert abs(l - k.item()) < 1e-6
    for a, b in zip(m.state_dict().values(), ref.state_dict().values()):
        assert torch.allclose(a, b)
    assert m.training and len(o.state) == 6 and next(iter(o.state.values()))["step"] == 3


def test_opt():
    m = net()
    o = make_opt(m, 0.1)
    assert isinstance(o, torch.optim.AdamW) and o.param_groups[0]["weight_decay"] == 0.1
    assert {id(p) for g in o.param_groups for p in g["params"]} == {id(p) for p in m.parameters()}
    before = m[0].weight.clone()
    m(torch.randn(4, 3)).sum().backward()
    o.step()
    assert not torch.equal(before, m[0].weight)
    s = warm(o, 4)
    assert o.param_groups[0]["lr"] == 0.025
    o.step()
    s.step()
    assert o.param_groups[0]["lr"] == 0.05


def test_eval():
    m = net()
    m.train()
    x = torch.randn(4, 3)
    out = evaluate(m, x)
    assert m.training
    m.eval()
    assert torch.allclose(out, m(x)) and not out.requires_grad


def test_fill():
    x = torch.zeros(2)
    l = [0]
    d = {}
    fill(x, l, d)
    assert x.tolist() == [7, 7] and l == [0, 1] and d == {"k": 2}


def test_ema():
    m = net()
    e = EMA(m, 0.5)
    w = m[0].weight.detach().clone()
    with torch.no_grad():
        m[0].weight.add_(2.0)
    e.update()
    assert torch.allclose(e.shadow["0.weight"], w + 1.0)
    e.copy_to(m)
    assert torch.allclose(m[0].weight, w + 1.0)


def test_sgd():
    p = nn.Parameter(torch.ones(2))
    o = SGD([p], 0.1)
    (p**2).sum().backward()
    o.step()
    assert torch.allclose(p, torch.full((2,), 0.8))
    o.zero_grad()
    assert p.grad is None


def test_freeze():
    m = freeze(net())
    assert not any(p.requires_grad for p in m.parameters())
    m = nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 4))
    r = head(m, 7)
    assert r[1].out_features == 7 and m[1].out_features == 7 and r(torch.ones(1, 2)).shape == (1, 7)
""",
    entry_points="train_step make_opt warm evaluate fill EMA SGD freeze head",
    copy_back="train_step.model train_step.opt fill.x fill.l fill.d copy_to.model SGD.params head.m freeze.m",
)

PROBES["honest oddities"] = Probe(
    code="""
import threading, multiprocessing, tempfile, os, signal, ctypes, gc, torch, atexit, subprocess


def sq(x):
    return x * x


def pool():
    with multiprocessing.Pool(2) as p:
        return p.map(sq, [1, 2, 3])


def spawn():
    with multiprocessing.get_context("spawn").Pool(1) as p:
        return p.map(sq, [1, 2, 3])


def threads():
    out = []
    ts = [threading.Thread(target=lambda i=i: out.append(i)) for i in range(4)]
    [t.start() for t in ts]
    [t.join() for t in ts]
    return sorted(out)


def tmp():
    with tempfile.NamedTemporaryFile() as f:
        f.write(b"x")
    os.chdir("/")
    gc.collect()
    gc.get_objects()
    ctypes.CDLL(None).getpid()
    signal.signal(signal.SIGTERM, lambda *a: None)
    return True


def jit():
    @torch.jit.script
    def f(x: torch.Tensor):
        return x + 1

    return f(torch.ones(1)).item()


def sub():
    return subprocess.run(["/bin/echo", "hi"], capture_output=True, text=True).stdout


def fm():
    torch.set_num_threads(2)
    a = torch.randn(200, 200)
    return (a @ a).shape


atexit.register(lambda: print("bye"))
print("FAILED tests.py::test_a")


def big():
    print("x" * 3_000_000)
""",
    tests="""
from solution import pool, threads, tmp, jit, sub, fm, big, spawn


def test_pool():
    assert pool() == [1, 4, 9]


def test_thr():
    assert threads() == [0, 1, 2, 3]


def test_tmp():
    assert tmp()


def test_jit():
    assert jit() == 2


def test_sub():
    assert sub() == "hi\\n"


def test_mm():
    assert fm() == (200, 200)


def test_big():
    big()
""",
    entry_points="pool threads tmp jit sub fm big spawn",
)

FREEZING = """
def freeze(tensors):
    for t in tensors:
        t.requires_grad_(False)
    return tensors


def freeze_unasked(tensors):
    for t in tensors:
        t.requires_grad_(False)
    return sum(bool(t.requires_grad) for t in tensors)
"""

PROBES["whether the test's own tensors want a gradient"] = Probe(
    code=FREEZING,
    tests="""
import torch
from torch import nn
from solution import freeze, freeze_unasked


def test_where_it_may():
    layer, leaf = nn.Linear(2, 1), torch.ones(1, requires_grad=True)
    freeze([layer.weight, leaf])
    assert not layer.weight.requires_grad and layer.bias.requires_grad and not leaf.requires_grad


def test_the_test_decides_elsewhere():
    layer, leaf = nn.Linear(2, 1), torch.ones(1, requires_grad=True)
    assert freeze_unasked([layer.weight, leaf]) == 0
    assert layer.weight.requires_grad and leaf.requires_grad
    (layer(torch.ones(3, 2)) * leaf).sum().backward()
    assert torch.equal(layer.weight.grad, torch.full((1, 2), 3.0))
    leaf.requires_grad_(False)
    assert freeze_unasked([leaf]) == 0 and not leaf.requires_grad
""",
    entry_points="freeze freeze_unasked",
    copy_back="freeze.tensors",
)

PROBES["methods"] = Probe(
    code="""
class Stack:
    def __init__(self):
        self.items = []

    def push(self, item, *, twice=False):
        \"""Put an item on top.\"""
        self.items += [item] * (1 + twice)
        return self

    def fill(self, target):
        target[:] = self.items

    def run(self, steps):
        return [step(i) for i, step in enumerate(steps)]

    @property
    def top(self):
        return self.items[-1]

    @staticmethod
    def of(*items):
        made = Stack()
        made.items = list(items)
        return made

    def shadowed(self):
        return "method"

    def shadow(self):
        self.shadowed = lambda: "other"
        return self


def apply(function, value):
    return function(value)
""",
    tests="""
from functools import partial
import pytest
from solution import Stack, apply


def test_methods():
    s = Stack()
    push = s.push
    assert callable(push) and push.__name__ == "push" and push == s.push and push != s.fill
    assert push(1, twice=True).push(2).items == [1, 1, 2] and s.top == 2
    apply(s.push, 5)
    assert s.items == [1, 1, 2, 5]
    assert partial(s.push, 7)() is s and s.top == 7
    out = []
    s.fill(out)
    assert out == [1, 1, 2, 5, 7]
    assert list(map(Stack.of(3).push, [4]))[0].items == [3, 4]
    assert not hasattr(s, "pull")
    with pytest.raises(TypeError):
        s.push()


def test_a_name_with_another_meaning():
    assert Stack().shadowed() == "method"
    assert Stack().shadow().shadowed() == "other"
    s = Stack()
    s.push = 3
    assert s.push == 3
""",
    entry_points="Stack apply",
    copy_back="Stack.fill.target",
)

PROBES["styles of tests"] = Probe(
    code="""
def add(a, b):
    return a + b
""",
    tests="""
import unittest, pytest
from solution import add


class T(unittest.TestCase):
    def setUp(self):
        self.x = 1

    def test_a(self):
        self.assertEqual(add(self.x, 2), 3)
        self.assertAlmostEqual(add(0.1, 0.2), 0.3)


class TestB:
    @pytest.mark.parametrize("a,b", [(1, 2), (3, 4)])
    def test_b(self, a, b):
        assert add(a, b) == a + b


@pytest.fixture
def k():
    yield 3


def test_k(k, request, monkeypatch):
    assert add(k, 1) == 4
""",
    entry_points="add",
)


@pytest.mark.parametrize("name", PROBES)
def test_the_split_serves(request: pytest.FixtureRequest, name: str) -> None:
    probe = PROBES[name]
    server: Server = request.getfixturevalue("sklearn_server" if probe.needs == "sklearn" else "server")
    verdict = server.judge(
        probe.code, probe.tests, probe.entry_points.split(), copy_back=probe.copy_back.split(), seconds=60
    )
    problems = [
        (test["id"], test["message"], test["traceback"]) for test in verdict["tests"] if test["outcome"] != "passed"
    ]
    assert verdict["verdict"] == "passed", (verdict["message"], problems)
    assert verdict["integrity"] == "split"
    assert server.clean == {"type": "clean", "id": "sample", "leftovers": 0}


def test_a_gradient_flag_set_without_leave_is_told(server: Server) -> None:
    tests = """
import torch
from solution import freeze_unasked


def test_leaf():
    leaf = torch.ones(1, requires_grad=True)
    freeze_unasked([leaf])
    assert not leaf.requires_grad
"""
    verdict = server.judge(FREEZING, tests, ["freeze_unasked"])
    assert verdict["verdict"] == "failed"
    assert "changes-arguments" in verdict["flags"]
    assert "`requires_grad` stays as the test has it" in verdict["tests"][0]["traceback"]


def test_a_message_gives_no_hint_of_options_that_nobody_has(server: Server) -> None:
    tests = "from solution import f\n\n\ndef test_f():\n    assert f(2) == [1, 2]\n"
    failed = server.judge("def f(x):\n    return [x]\n", tests, ["f"])["tests"][0]
    assert "Right contains one more item" in failed["message"]
    assert "Use -v" not in failed["message"] + failed["traceback"]


def test_tests_that_can_not_be_imported_say_so(server: Server) -> None:
    found = server.judge("def f():\n    return 1\n", "import nowhere_at_all\n\ndef test_f():\n    pass\n", ["f"])
    assert (found["verdict"], found["evidence"]["collected"]) == ("harness", False)
