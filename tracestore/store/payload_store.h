#pragma once

#include "tracestore/base/hash.h"
#include "tracestore/store/database.h"

#include <unordered_map>
#include <vector>

struct ZSTD_CCtx_s;
struct ZSTD_DCtx_s;

namespace tracestore {

/// The place of a payload in a .kymo file. Counts from 1.
using PayloadId = std::int64_t;

/// More than this is not kept or read as one content.
inline constexpr std::uint64_t kMaxContent = std::uint64_t {1} << 30U;

enum class PayloadCoding : std::uint8_t
{
    Plain,
    Zstd,
    List, ///< the ids of the payloads that follow one another, in LEB128, packed by zstd
};

/// Puts contents into the table `payload`, each distinct one once: short ones as they are, longer
/// ones packed, long ones cut into pieces that are payloads themselves.
class PayloadWriter
{
public:
    static Result<PayloadWriter> begin(Database& database);

    /// Goes on behind the payloads that are there, which are known again.
    static Result<PayloadWriter> resume(Database& database);

    /// Goes on behind the payloads that are there without a look at them, for a few more: what one
    /// of them holds already is kept once more.
    static Result<PayloadWriter> append(Database& database);

    /// The payload of a content, new or known. Limit: longer than kMaxContent.
    Result<PayloadId> put(std::string_view content);

    /// Likewise; nothing for the empty content.
    Result<std::optional<PayloadId>> putUnlessEmpty(std::string_view content);

    [[nodiscard]] std::int64_t count() const { return m_next - 1; }

private:
    struct FreePacker
    {
        void operator()(ZSTD_CCtx_s* packer) const;
    };

    explicit PayloadWriter(Statement insert);

    Result<PayloadId> putPiece(std::string_view content, const ContentHash& hash);
    Result<PayloadId> putList(std::string_view content, const ContentHash& hash);
    Result<PayloadId> insert(PayloadCoding coding,
                             std::uint64_t size,
                             const ContentHash& hash,
                             std::string_view stored);
    Result<std::string_view> pack(std::string_view content);

    Statement m_insert;
    std::unique_ptr<ZSTD_CCtx_s, FreePacker> m_packer;
    std::string m_packed;
    std::unordered_map<ContentHash, PayloadId> m_known;
    PayloadId m_next = 1;
};

/// Fetches contents and checks each against its hash before it gives it away. One thread at a time.
class PayloadReader
{
public:
    static Result<PayloadReader> begin(Database& database);

    /// Corrupt: missing, or not what was written; the message names the payload.
    Result<std::string> fetch(PayloadId id);

    /// Likewise; the empty content for nothing.
    Result<std::string> fetch(std::optional<PayloadId> id);

private:
    struct FreeUnpacker
    {
        void operator()(ZSTD_DCtx_s* unpacker) const;
    };

    struct Row
    {
        PayloadCoding coding = PayloadCoding::Plain;
        std::uint64_t size = 0;
        ContentHash hash;
        std::string stored;
    };

    explicit PayloadReader(Statement select);

    Result<Row> row(PayloadId id);
    Result<std::string> pieceContent(PayloadId id, Row row);
    Result<std::string> listContent(PayloadId id, const Row& row);
    Result<std::string> unpack(PayloadId id, std::string_view packed, std::uint64_t most);

    Statement m_select;
    std::unique_ptr<ZSTD_DCtx_s, FreeUnpacker> m_unpacker;
};

} // namespace tracestore
