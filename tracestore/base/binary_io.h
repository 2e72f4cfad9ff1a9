#pragma once

#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace tracestore {

/// Writes values as they lie in memory, for files that no other machine reads. Arrays are aligned,
/// so that they can be used in the place to which the file is read.
class BinaryWriter
{
public:
    static constexpr std::size_t kAlignment = 16;

    /// Takes the next bytes; false where it cannot, after which nothing is written any more.
    using Sink = std::function<bool(std::string_view)>;

    explicit BinaryWriter(Sink sink)
        : m_sink(std::move(sink))
    { }

    template<class T>
    requires std::is_trivially_copyable_v<T>

    void value(const T& value)
    {
        bytes({static_cast<const char*>(static_cast<const void*>(&value)), sizeof value});
    }

    void text(std::string_view text)
    {
        value(static_cast<std::uint64_t>(text.size()));
        bytes(text);
    }

    /// Without its length.
    template<class T>
    requires std::is_trivially_copyable_v<T>

    void array(std::span<const T> values)
    {
        const std::size_t excess = m_size % kAlignment;
        if (excess != 0)
            m_buffer.append(kAlignment - excess, '\0');
        m_size += excess == 0 ? 0 : kAlignment - excess;
        bytes({static_cast<const char*>(static_cast<const void*>(values.data())),
               values.size_bytes()});
    }

    template<class T>
    requires std::is_trivially_copyable_v<T>

    void vector(const std::vector<T>& values)
    {
        value(static_cast<std::uint64_t>(values.size()));
        array(std::span<const T>(values));
    }

    /// Hands on what is left; false where something could not be taken.
    bool finish()
    {
        flush();
        return m_isFine;
    }

private:
    static constexpr std::size_t kBuffer = std::size_t {1} << 20U;

    void bytes(std::string_view bytes)
    {
        m_buffer += bytes;
        m_size += bytes.size();
        if (m_buffer.size() >= kBuffer)
            flush();
    }

    void flush()
    {
        m_isFine = m_isFine && m_sink(m_buffer);
        m_buffer.clear();
    }

    Sink m_sink;
    std::string m_buffer;
    std::uint64_t m_size = 0;
    bool m_isFine = true;
};

/// Reads what a BinaryWriter wrote. Where there is less than is asked for it gives zeros, and
/// isFine() tells at the end. The bytes begin at an address that is a multiple of the alignment.
class BinaryReader
{
public:
    /// `owner` keeps the bytes alive for whoever uses them in their place.
    BinaryReader(std::string_view bytes, std::shared_ptr<const void> owner)
        : m_bytes(bytes)
        , m_owner(std::move(owner))
    { }

    template<class T>

    requires std::is_trivially_copyable_v<T> T value()
    {
        T value {};
        if (const char* from = take(sizeof value))
            std::memcpy(&value, from, sizeof value);
        return value;
    }

    std::string text()
    {
        const auto size = value<std::uint64_t>();
        const char* from = take(size);
        return from == nullptr ? std::string() : std::string(from, size);
    }

    /// In place; null where there is less.
    template<class T>
    requires std::is_trivially_copyable_v<T>

    const T* array(std::uint64_t count)
    {
        const std::size_t excess = m_at % BinaryWriter::kAlignment;
        if (excess != 0)
            take(BinaryWriter::kAlignment - excess);
        if (count > m_bytes.size() / sizeof(T))
            m_isFine = false;
        const char* from = m_isFine ? take(count * sizeof(T)) : nullptr;
        return static_cast<const T*>(static_cast<const void*>(from));
    }

    template<class T>

    requires std::is_trivially_copyable_v<T> std::vector<T> vector()
    {
        const auto count = value<std::uint64_t>();
        const T* from = array<T>(count);
        return from == nullptr ? std::vector<T>() : std::vector<T>(from, from + count);
    }

    /// A number of things that are yet to be read, each of at least a byte.
    std::uint64_t count()
    {
        const auto count = value<std::uint64_t>();
        m_isFine = m_isFine && count <= m_bytes.size() - m_at;
        return m_isFine ? count : 0;
    }

    [[nodiscard]] const std::shared_ptr<const void>& owner() const { return m_owner; }

    [[nodiscard]] bool isFine() const { return m_isFine; }

    /// For who finds that what was read makes no sense.
    void refuse() { m_isFine = false; }

private:
    const char* take(std::uint64_t size)
    {
        m_isFine = m_isFine && size <= m_bytes.size() - m_at;
        if (!m_isFine)
            return nullptr;
        const char* from = m_bytes.data() + m_at;
        m_at += size;
        return from;
    }

    std::string_view m_bytes;
    std::shared_ptr<const void> m_owner;
    std::size_t m_at = 0;
    bool m_isFine = true;
};

} // namespace tracestore
