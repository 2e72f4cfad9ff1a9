#include "tracestore/store/payload_store.h"

#include "tracestore/base/ensure.h"
#include "tracestore/store/checked_row.h"
#include "tracestore/store/content_chunks.h"

#include <algorithm>
#include <zstd.h>

namespace tracestore {
namespace {

    constexpr std::string_view kPayloadTable = "payload";
    constexpr int kPayloadColumns = 6;

    /// Up to here a content stands as it is, so that any SQLite tool shows it. To pack a message
    /// of common length takes longer than all else of writing it, and gains little.
    constexpr std::size_t kMaxPlain = 4 << 10;

    /// Higher levels gain some 3 % on traces and take twice the time.
    constexpr int kPackLevel = 3;

    /// More pieces than the longest content can have.
    constexpr std::uint64_t kMaxListBytes = kMaxContent / kMinChunk * 10;

    void appendNumber(std::string& to, std::uint64_t number)
    {
        for (; number >= 0x80; number >>= 7U)
            to += static_cast<char>((number & 0x7FU) | 0x80U);
        to += static_cast<char>(number);
    }

    /// Takes a number off the front; nothing where there is none.
    std::optional<std::uint64_t> takeNumber(std::string_view& from)
    {
        std::uint64_t number = 0;
        for (unsigned shift = 0; shift < 63 && !from.empty(); shift += 7) {
            const auto byte = static_cast<unsigned char>(from.front());
            from.remove_prefix(1);
            number |= std::uint64_t {byte & 0x7FU} << shift;
            if (byte < 0x80)
                return number;
        }
        return {};
    }

    std::string_view bytesOf(const std::array<unsigned char, 16>& bytes)
    {
        return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    }

    ContentHash hashOf(std::string_view bytes)
    {
        std::uint64_t words[2] = {};
        for (std::size_t i = 0; i < std::min<std::size_t>(bytes.size(), 16); ++i)
            words[i / 8] = (words[i / 8] << 8U) | static_cast<unsigned char>(bytes[i]);
        return {words[0], words[1]};
    }

    Failure failDamaged(PayloadId id, std::string_view how)
    {
        return fail(ErrorCode::Corrupt,
                    "Payload " + std::to_string(id) + " " + std::string(how)
                        + ". The .kymo file is damaged there.");
    }

} // namespace

void PayloadWriter::FreePacker::operator()(ZSTD_CCtx_s* packer) const
{
    ZSTD_freeCCtx(packer);
}

Result<PayloadWriter> PayloadWriter::begin(Database& database)
{
    auto insert = database.prepareInsert(kPayloadTable, kPayloadColumns);
    if (!insert)
        return fail(std::move(insert).error());
    return PayloadWriter(std::move(*insert));
}

Result<PayloadWriter> PayloadWriter::resume(Database& database)
{
    auto writer = begin(database);
    auto select = database.prepare("SELECT id, hash FROM payload ORDER BY id");
    if (!writer || !select)
        return fail(writer ? select.error() : writer.error());
    for (;;) {
        const auto found = select->step();
        if (!found)
            return fail(found.error());
        if (!*found)
            return writer;
        const PayloadId id = select->integer(0);
        writer->m_known.emplace(hashOf(select->bytes(1)), id);
        writer->m_next = id + 1;
    }
}

Result<PayloadWriter> PayloadWriter::append(Database& database)
{
    auto writer = begin(database);
    const auto last = database.greatestId(kPayloadTable);
    if (!writer || !last)
        return fail(writer ? last.error() : writer.error());
    writer->m_next = *last + 1;
    return writer;
}

PayloadWriter::PayloadWriter(Statement insert)
    : m_insert(std::move(insert))
    , m_packer(ZSTD_createCCtx())
{
    ENSURE(m_packer != nullptr);
}

Result<PayloadId> PayloadWriter::put(std::string_view content)
{
    if (content.size() > kMaxContent)
        return fail(ErrorCode::Limit, "The content is longer than 1 GiB and cannot be kept.");
    const ContentHash hash = contentHash(content);
    if (const auto known = m_known.find(hash); known != m_known.end())
        return known->second;
    auto id = firstChunkLength(content) == content.size() ? putPiece(content, hash)
                                                          : putList(content, hash);
    if (id)
        m_known.emplace(hash, *id);
    return id;
}

Result<std::optional<PayloadId>> PayloadWriter::putUnlessEmpty(std::string_view content)
{
    if (content.empty())
        return std::optional<PayloadId>();
    return put(content).transform([](PayloadId id) { return std::optional(id); });
}

Result<PayloadId> PayloadWriter::putPiece(std::string_view content, const ContentHash& hash)
{
    if (content.size() > kMaxPlain) {
        const auto packed = pack(content);
        if (!packed)
            return fail(packed.error());
        if (packed->size() < content.size())
            return insert(PayloadCoding::Zstd, content.size(), hash, *packed);
    }
    return insert(PayloadCoding::Plain, content.size(), hash, content);
}

Result<PayloadId> PayloadWriter::putList(std::string_view content, const ContentHash& hash)
{
    std::string ids;
    for (std::string_view rest = content; !rest.empty();) {
        const std::string_view piece = rest.substr(0, firstChunkLength(rest));
        rest.remove_prefix(piece.size());
        auto id = put(piece);
        if (!id)
            return id;
        appendNumber(ids, static_cast<std::uint64_t>(*id));
    }
    const auto packed = pack(ids);
    if (!packed)
        return fail(packed.error());
    return insert(PayloadCoding::List, content.size(), hash, *packed);
}

Result<PayloadId> PayloadWriter::insert(PayloadCoding coding,
                                        std::uint64_t size,
                                        const ContentHash& hash,
                                        std::string_view stored)
{
    const auto sum = RowWriter(m_insert, kPayloadTable)
                         .integer(m_next)
                         .integer(static_cast<std::int64_t>(coding))
                         .integer(static_cast<std::int64_t>(size))
                         .blob(bytesOf(hash.toBytes()))
                         .insertWith(stored, coding == PayloadCoding::Plain);
    if (!sum)
        return fail(sum.error());
    return m_next++;
}

Result<std::string_view> PayloadWriter::pack(std::string_view content)
{
    m_packed.resize(ZSTD_compressBound(content.size()));
    const std::size_t size = ZSTD_compressCCtx(m_packer.get(),
                                               m_packed.data(),
                                               m_packed.size(),
                                               content.data(),
                                               content.size(),
                                               kPackLevel);
    if (ZSTD_isError(size) != 0)
        return fail(ErrorCode::Limit,
                    std::string("Cannot pack a payload: ") + ZSTD_getErrorName(size) + ".");
    return std::string_view(m_packed).substr(0, size);
}

void PayloadReader::FreeUnpacker::operator()(ZSTD_DCtx_s* unpacker) const
{
    ZSTD_freeDCtx(unpacker);
}

Result<PayloadReader> PayloadReader::begin(Database& database)
{
    auto select = database.prepare("SELECT * FROM payload WHERE id = ?");
    if (!select)
        return fail(std::move(select).error());
    return PayloadReader(std::move(*select));
}

PayloadReader::PayloadReader(Statement select)
    : m_select(std::move(select))
    , m_unpacker(ZSTD_createDCtx())
{
    ENSURE(m_unpacker != nullptr);
}

Result<std::string> PayloadReader::fetch(PayloadId id)
{
    auto row = this->row(id);
    if (!row)
        return fail(std::move(row).error());
    const ContentHash hash = row->hash;
    auto content = row->coding == PayloadCoding::List ? listContent(id, *row)
                                                      : pieceContent(id, std::move(*row));
    if (content && contentHash(*content) != hash)
        return failDamaged(id, "does not fit its hash");
    return content;
}

Result<std::string> PayloadReader::fetch(std::optional<PayloadId> id)
{
    return id ? fetch(*id) : std::string();
}

Result<PayloadReader::Row> PayloadReader::row(PayloadId id)
{
    m_select.reset();
    m_select.bind(0, id);
    const auto found = m_select.step();
    if (!found && found.error().code != ErrorCode::Corrupt)
        return fail(found.error());
    if (!found)
        return failDamaged(id, "cannot be read");
    if (!*found)
        return failDamaged(id, "is missing");
    RowReader reader(m_select, kPayloadTable);
    Row row;
    const std::int64_t storedId = reader.integer();
    const std::int64_t coding = reader.integer();
    row.size = static_cast<std::uint64_t>(reader.integer());
    row.hash = hashOf(reader.blob());
    const bool isKnown = coding >= 0 && coding <= static_cast<int>(PayloadCoding::List);
    if (!reader.isIntact() || storedId != id || !isKnown || row.size > kMaxContent)
        return failDamaged(id, "has a damaged head");
    row.coding = static_cast<PayloadCoding>(coding);
    row.stored = m_select.bytes(kPayloadColumns - 1);
    m_select.reset();
    return row;
}

Result<std::string> PayloadReader::pieceContent(PayloadId id, Row row)
{
    if (row.coding == PayloadCoding::Plain)
        return std::move(row.stored);
    // Our pieces are short: a longer one is a trap that unpacks to gigabytes.
    return unpack(id, row.stored, kMaxChunk);
}

Result<std::string> PayloadReader::listContent(PayloadId id, const Row& row)
{
    auto ids = unpack(id, row.stored, kMaxListBytes);
    if (!ids)
        return ids;
    std::string content;
    for (std::string_view rest = *ids; !rest.empty();) {
        const auto pieceId = takeNumber(rest);
        if (!pieceId)
            return failDamaged(id, "names its pieces wrongly");
        auto piece = this->row(static_cast<PayloadId>(*pieceId));
        if (!piece)
            return fail(std::move(piece).error());
        if (piece->coding == PayloadCoding::List)
            return failDamaged(id, "holds a list in a list");
        const ContentHash hash = piece->hash;
        auto part = pieceContent(static_cast<PayloadId>(*pieceId), std::move(*piece));
        if (!part)
            return part;
        if (contentHash(*part) != hash)
            return failDamaged(static_cast<PayloadId>(*pieceId), "does not fit its hash");
        if (part->empty() || part->size() > row.size - content.size())
            return failDamaged(id, "is not as long as it says");
        content += *part;
    }
    return content;
}

Result<std::string> PayloadReader::unpack(PayloadId id, std::string_view packed, std::uint64_t most)
{
    const unsigned long long size = ZSTD_getFrameContentSize(packed.data(), packed.size());
    if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN || size > most)
        return failDamaged(id, "cannot be unpacked");
    std::string content(size, '\0');
    const std::size_t got = ZSTD_decompressDCtx(
        m_unpacker.get(), content.data(), content.size(), packed.data(), packed.size());
    if (ZSTD_isError(got) != 0 || got != size)
        return failDamaged(id, "cannot be unpacked");
    return content;
}

} // namespace tracestore
