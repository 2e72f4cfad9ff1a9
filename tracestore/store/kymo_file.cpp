#include "tracestore/store/kymo_file.h"

namespace tracestore {
namespace {

    // Places in the header of an SQLite file, big-endian numbers.
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

Result<void> checkKymoHead(std::string_view head, const std::string& name)
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
    return {};
}

} // namespace tracestore
