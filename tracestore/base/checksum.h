#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

namespace tracestore {

/// A 64-bit checksum (XXH3) of bytes that come in pieces, however they are cut.
class Checksum
{
public:
    Checksum();
    Checksum(const Checksum&) = delete;
    Checksum& operator=(const Checksum&) = delete;
    ~Checksum();

    void add(std::string_view bytes);

    [[nodiscard]] std::uint64_t value() const;

private:
    struct State;

    std::unique_ptr<State> m_state;
};

} // namespace tracestore
