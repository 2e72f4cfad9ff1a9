#pragma once

#include <QHostAddress>

namespace engine {

/// Whether an address is one of the public internet: not loopback, private, link-local, shared,
/// multicast, reserved or for documentation, also not where such an IPv4 address is wrapped in an
/// IPv6 one (mapped, NAT64, 6to4, Teredo).
bool isPublicAddress(const QHostAddress& address);

} // namespace engine
