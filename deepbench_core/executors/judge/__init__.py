"""What runs inside a box: a server that judges one sample after another.

It imports the standard library, pytest and the environment's libraries, and nothing of the product. Its parent folder
goes on the path, so it must be alone there. From the outside in:

- `server` speaks the host's protocol on descriptors 0 and 1; it and `supervisor` (pidfd, deadline) know no library.
  `verdict` decides from evidence; `cleanup` leaves nothing behind.
- `zygote` has the libraries imported and forks a pair per sample, ahead of time; it never sees code or tests.
- `candidate` (process A) has the code, inside `box` (rlimits, seccomp, no capabilities).
- `examiner` (process B) has pytest and the tests (`session`), collected before A gets the code; `reporter` turns their
  outcomes into a frame, `report` makes failures readable, `changes` deals with arguments that the code changed.
- `peer` is the call protocol between A and B, `shared` what goes along with every message, being one thing in one
  process. `codec` and its parts carry values, `qualified` names what is a library's, `handles` stand for what stays,
  `bridge` carries gradients, `modules` rebuilds stock `torch.nn` classes and optimisers. Nothing is unpickled.
- `inprocess` is the labelled fallback: code and tests in one forked process.
- `flags` are suspicions without proof.
"""
