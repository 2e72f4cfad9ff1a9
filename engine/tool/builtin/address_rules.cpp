#include "engine/tool/builtin/address_rules.h"

#include <array>
#include <cstdint>
#include <span>

namespace engine {
namespace {

    struct Net4
    {
        std::uint32_t net;
        int bits;
    };

    constexpr std::uint32_t ipv4(unsigned a, unsigned b, unsigned c = 0, unsigned d = 0)
    {
        return (a << 24U) | (b << 16U) | (c << 8U) | d;
    }

    // The special-purpose registry of IANA (RFC 6890 and its updates), and multicast.
    constexpr std::array kSpecial4 {Net4 {ipv4(0, 0), 8},
                                    Net4 {ipv4(10, 0), 8},
                                    Net4 {ipv4(100, 64), 10},
                                    Net4 {ipv4(127, 0), 8},
                                    Net4 {ipv4(169, 254), 16},
                                    Net4 {ipv4(172, 16), 12},
                                    Net4 {ipv4(192, 0), 24},
                                    Net4 {ipv4(192, 0, 2), 24},
                                    Net4 {ipv4(192, 88, 99), 24},
                                    Net4 {ipv4(192, 168), 16},
                                    Net4 {ipv4(198, 18), 15},
                                    Net4 {ipv4(198, 51, 100), 24},
                                    Net4 {ipv4(203, 0, 113), 24},
                                    Net4 {ipv4(224, 0), 4},
                                    Net4 {ipv4(240, 0), 4}};

    bool isPublic4(std::uint32_t address)
    {
        for (const Net4& special : kSpecial4) {
            const std::uint32_t mask = ~std::uint32_t {0} << (32 - special.bits);
            if ((address & mask) == special.net)
                return false;
        }
        return true;
    }

    std::uint32_t wordAt(const Q_IPV6ADDR& address, int at)
    {
        return ipv4(address[at], address[at + 1], address[at + 2], address[at + 3]);
    }

    bool isPublic6(const Q_IPV6ADDR& address)
    {
        const std::uint32_t first = wordAt(address, 0);
        const bool isZeroBehind = wordAt(address, 4) == 0 && wordAt(address, 8) == 0;
        if (first == 0x0064'FF9B && isZeroBehind) // NAT64
            return isPublic4(wordAt(address, 12));
        if ((first >> 16U) == 0x2002) // 6to4
            return isPublic4((first << 16U) | (wordAt(address, 4) >> 16U));
        if ((first >> 29U) != 1) // only 2000::/3 is given out
            return false;
        const bool isSpecial = first == 0x2001'0000 // Teredo
            || (first >> 9U) == (0x2001'0000U >> 9U) // protocol assignments
            || first == 0x2001'0DB8 // documentation
            || (first >> 12U) == 0x3FFF0; // documentation
        return !isSpecial;
    }

} // namespace

bool isPublicAddress(const QHostAddress& address)
{
    bool isIpv4 = false;
    const std::uint32_t four = address.toIPv4Address(&isIpv4); // mapped ones too
    if (isIpv4)
        return isPublic4(four);
    return address.protocol() == QAbstractSocket::IPv6Protocol
        && isPublic6(address.toIPv6Address());
}

} // namespace engine
