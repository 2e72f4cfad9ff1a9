#pragma once

#include <QByteArray>

namespace engine {

/// The filter of system calls (seccomp) of the sandbox, as bubblewrap takes it: what namespaces do
/// not hold back. Sockets of other families than those of the empty network, above all sockets in a
/// folder that was let in and the host's side of a virtual machine; keys of the kernel; io_uring,
/// which would make sockets past this filter; new namespaces and mounts; input put into a terminal;
/// calls of other architectures. Refused calls fail as if the kernel did not have them or did not
/// allow them. Empty on processors for which there is none.
QByteArray sandboxFilter();

} // namespace engine
