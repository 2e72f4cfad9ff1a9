#include "tracestore/store/kymo_file.h"

namespace tracestore {
namespace {

    // Places in the header of an SQLite file, big-endian numbers.
    constexpr std::size_t kPageSizeAt = 14; // two bytes, read with the two before them
    constexpr std::size_t kPageCountAt = 28;
    constexpr std::size_t kUserVersionAt = 60;
    constexpr std::size_t kApplicationIdAt = 68;
    constexpr std::string_view kSqliteMagic("SQLite format 3\0", 16);

    std::uint32_t numberAt(std::string_view head, std::size_t place)
    {
        std::uint32_t number = 0;
        for (std::size_t i = 0; i < 4; ++i)
            number = (number << 8U) | static_cast<unsigned char>(head[place + i]);
        return number;
    }

} // namespace

bool isKymoFile(std::string_view head)
{
    return head.size() >= kKymoHeadSize && head.starts_with(kSqliteMagic)
        && numberAt(head, kApplicationIdAt) == kKymoApplicationId;
}

Result<std::uint32_t>
checkKymoHead(std::string_view head, std::uint64_t fileSize, const std::string& name)
{
    if (!isKymoFile(head))
        return fail(ErrorCode::Unsupported,
                    head.starts_with(kSqliteMagic)
                        ? name + " is an SQLite database of another program, not a .kymo file."
                        : name + " is not a .kymo file.");
    const std::uint32_t version = numberAt(head, kUserVersionAt);
    if (version > kKymoVersion)
        return fail(ErrorCode::Unsupported,
                    name + " was saved in version " + std::to_string(version)
                        + " of the .kymo format, and this Kymo knows version "
                        + std::to_string(kKymoVersion) + ". Open it with a Kymo that knows version "
                        + std::to_string(version) + ".");
    if (version < 1)
        return fail(ErrorCode::Unsupported,
                    name + " has no version of the .kymo format: it was not saved to its end.");
    const std::uint64_t pageSize = numberAt(head, kPageSizeAt) & 0xFFFFU;
    const std::uint64_t fullSize = pageSize * numberAt(head, kPageCountAt);
    if (fileSize < fullSize)
        return fail(ErrorCode::Corrupt,
                    name + " is cut off: it has " + std::to_string(fileSize) + " of "
                        + std::to_string(fullSize)
                        + " bytes. Copy it again from where it is whole.");
    return version;
}

} // namespace tracestore
