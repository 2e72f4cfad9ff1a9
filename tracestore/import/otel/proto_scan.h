#pragma once

#include <cstdint>
#include <string_view>

namespace tracestore {

/// Walks over the fields of a protobuf message that may be cut or broken: what is whole before the
/// damage is given, and where the damage begins. Reads no message inside a message; make a scan of
/// its bytes. Nothing throws. The bytes outlive the scan.
class ProtoScan
{
public:
    enum class Type : std::uint8_t
    {
        Varint = 0,
        Fixed64 = 1,
        Bytes = 2,
        Fixed32 = 5
    };

    enum class End
    {
        Whole,
        Cut, ///< the bytes end inside a field
        Broken ///< no field begins where one should
    };

    explicit ProtoScan(std::string_view bytes)
        : m_bytes(bytes)
    { }

    /// Moves to the next field; false at the end of what can be read.
    bool next();

    [[nodiscard]] std::uint32_t field() const { return m_field; }

    [[nodiscard]] Type type() const { return m_type; }

    [[nodiscard]] bool is(std::uint32_t field, Type type) const
    {
        return m_field == field && m_type == type;
    }

    /// The content of a field of type Bytes; what there is of it where it is cut.
    [[nodiscard]] std::string_view bytes() const { return m_content; }

    /// Where bytes() begins.
    [[nodiscard]] std::size_t offset() const { return m_contentOffset; }

    /// The field is the last and the bytes end inside it.
    [[nodiscard]] bool isCut() const { return m_isCut; }

    /// How the walk ended; after next() said false.
    [[nodiscard]] End end() const { return m_end; }

    /// Where the walk is.
    [[nodiscard]] std::size_t at() const { return m_at; }

private:
    bool stop(End end);
    bool readVarint(std::uint64_t& value);
    bool skip(std::size_t size);

    std::string_view m_bytes;
    std::size_t m_at = 0;
    std::uint32_t m_field = 0;
    Type m_type = Type::Varint;
    std::string_view m_content;
    std::size_t m_contentOffset = 0;
    bool m_isCut = false;
    End m_end = End::Whole;
};

} // namespace tracestore
