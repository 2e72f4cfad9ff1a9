#include "tracestore/import/otel/proto_scan.h"

#include <protozero/exception.hpp>
#include <protozero/varint.hpp>

namespace tracestore {

bool ProtoScan::next()
{
    if (m_isCut || m_end != End::Whole)
        return stop(m_isCut ? End::Cut : m_end);
    if (m_at >= m_bytes.size())
        return false;
    std::uint64_t key = 0;
    if (!readVarint(key))
        return false;
    constexpr std::uint64_t kMaxField = (std::uint64_t {1} << 29U) - 1;
    const std::uint64_t field = key >> 3U;
    const std::uint64_t type = key & 7U;
    if (field == 0 || field > kMaxField)
        return stop(End::Broken);
    m_field = static_cast<std::uint32_t>(field);
    m_type = static_cast<Type>(type);
    m_content = {};
    m_contentOffset = m_at;
    std::uint64_t number = 0;
    switch (type) {
    case 0:
        return readVarint(number);
    case 1:
        return skip(8);
    case 5:
        return skip(4);
    case 2:
        if (!readVarint(number))
            return false;
        m_contentOffset = m_at;
        m_isCut = number > m_bytes.size() - m_at;
        m_content = m_bytes.substr(m_at, number);
        m_at += m_content.size();
        return true;
    default: // groups went out of use before OpenTelemetry began
        return stop(End::Broken);
    }
}

bool ProtoScan::stop(End end)
{
    m_end = end;
    return false;
}

bool ProtoScan::readVarint(std::uint64_t& value)
{
    const char* at = m_bytes.data() + m_at;
    const char* const end = m_bytes.data() + m_bytes.size();
    try {
        value = protozero::decode_varint(&at, end);
    } catch (const protozero::end_of_buffer_exception&) {
        return stop(End::Cut);
    } catch (const protozero::exception&) {
        return stop(End::Broken);
    }
    m_at = static_cast<std::size_t>(at - m_bytes.data());
    return true;
}

bool ProtoScan::skip(std::size_t size)
{
    if (size > m_bytes.size() - m_at)
        return stop(End::Cut);
    m_at += size;
    return true;
}

} // namespace tracestore
