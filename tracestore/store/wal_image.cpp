#include "tracestore/store/wal_image.h"

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <unordered_map>

namespace tracestore {
namespace {

    namespace fs = std::filesystem;

    constexpr std::uint64_t kMaxImage = std::uint64_t {4} << 30U;
    constexpr std::size_t kWalHeader = 32;
    constexpr std::size_t kFrameHeader = 24;
    constexpr std::uint32_t kWalMagic = 0x377F0682; // with the lowest bit: sums are big-endian
    constexpr std::uint32_t kWalVersion = 3'007'000;

    /// A checkpoint lasts for a moment and comes seldom: to meet one so often in a row is a fault.
    constexpr int kMaxTries = 5;

    // Where a database header names the forms in which it is written and read; 1: no WAL.
    constexpr std::size_t kWriteFormPlace = 18;
    constexpr std::size_t kJournalFormAt = 19;
    constexpr std::size_t kSizeOfPageAt = 16;

    std::uint32_t bigEndian(std::string_view bytes, std::size_t place)
    {
        std::uint32_t number = 0;
        for (std::size_t i = 0; i < 4; ++i)
            number = (number << 8U) | static_cast<unsigned char>(bytes[place + i]);
        return number;
    }

    /// The running checksum of a WAL.
    class WalSum
    {
    public:
        explicit WalSum(bool isBigEndian)
            : m_isBigEndian(isBigEndian)
        { }

        void add(std::string_view bytes)
        {
            for (std::size_t i = 0; i + 8 <= bytes.size(); i += 8) {
                m_first += word(bytes, i) + m_second;
                m_second += word(bytes, i + 4) + m_first;
            }
        }

        [[nodiscard]] bool fits(std::string_view bytes, std::size_t place) const
        {
            return bigEndian(bytes, place) == m_first && bigEndian(bytes, place + 4) == m_second;
        }

    private:
        [[nodiscard]] std::uint32_t word(std::string_view bytes, std::size_t place) const
        {
            const std::uint32_t number = bigEndian(bytes, place);
            return m_isBigEndian ? number : __builtin_bswap32(number);
        }

        bool m_isBigEndian;
        std::uint32_t m_first = 0;
        std::uint32_t m_second = 0;
    };

    /// A file that is read, and what tells whether it was written meanwhile.
    class ReadFile
    {
    public:
        explicit ReadFile(const fs::path& path)
            : m_file(::open(path.c_str(), O_RDONLY | O_CLOEXEC))
            , m_error(m_file < 0 ? errno : 0)
        { }

        ReadFile(const ReadFile&) = delete;
        ReadFile& operator=(const ReadFile&) = delete;

        ~ReadFile()
        {
            if (m_file >= 0)
                ::close(m_file);
        }

        [[nodiscard]] int error() const { return m_error; }

        /// Changes with every write but those in the same tick of the clock.
        [[nodiscard]] std::array<std::int64_t, 3> state() const
        {
            struct stat info
            { };

            ::fstat(m_file, &info);
            return {info.st_size, info.st_mtim.tv_sec, info.st_mtim.tv_nsec};
        }

        /// All its bytes, as far as they are there.
        Result<std::string> read() const
        {
            const auto size = static_cast<std::uint64_t>(state()[0]);
            if (size > kMaxImage)
                return fail(ErrorCode::Limit,
                            "The recording is larger than 4 GiB and was never closed.");
            std::string content(size, '\0');
            std::size_t done = 0;
            while (done < content.size()) {
                const ssize_t got = ::pread(
                    m_file, content.data() + done, content.size() - done, static_cast<off_t>(done));
                if (got < 0 && errno == EINTR)
                    continue;
                if (got < 0)
                    return fail(ErrorCode::Io, std::generic_category().message(errno) + '.');
                if (got == 0)
                    break;
                done += static_cast<std::size_t>(got);
            }
            content.resize(done);
            return content;
        }

    private:
        int m_file;
        int m_error;
    };

    /// The pages that a journal holds for the database, as far as they were committed.
    struct WalPages
    {
        std::unordered_map<std::uint32_t, std::size_t> places; ///< in the journal, by page number
        std::uint64_t pageCount = 0; ///< of the database; 0: nothing was committed
    };

    bool isWalHead(std::string_view wal, std::size_t pageSize)
    {
        if (wal.size() < kWalHeader || (bigEndian(wal, 0) & ~1U) != kWalMagic)
            return false;
        WalSum sum((bigEndian(wal, 0) & 1U) != 0);
        sum.add(wal.substr(0, kWalHeader - 8));
        return bigEndian(wal, 4) == kWalVersion && bigEndian(wal, 8) == pageSize
            && sum.fits(wal, kWalHeader - 8);
    }

    WalPages committedPages(std::string_view wal, std::size_t pageSize)
    {
        WalPages committed;
        if (!isWalHead(wal, pageSize))
            return committed;
        const std::string_view salts = wal.substr(16, 8);
        WalSum sum((bigEndian(wal, 0) & 1U) != 0);
        sum.add(wal.substr(0, kWalHeader - 8));
        std::unordered_map<std::uint32_t, std::size_t> open;
        const std::size_t frame = kFrameHeader + pageSize;
        for (std::size_t at = kWalHeader; at + frame <= wal.size(); at += frame) {
            sum.add(wal.substr(at, 8));
            sum.add(wal.substr(at + kFrameHeader, pageSize));
            const std::uint32_t page = bigEndian(wal, at);
            if (page == 0 || wal.substr(at + 8, 8) != salts || !sum.fits(wal, at + 16))
                break;
            open.insert_or_assign(page, at + kFrameHeader);
            if (const std::uint32_t count = bigEndian(wal, at + 4); count != 0) {
                for (const auto& [number, place] : open)
                    committed.places.insert_or_assign(number, place);
                open.clear();
                committed.pageCount = count;
            }
        }
        return committed;
    }

    std::size_t pageSizeOf(std::string_view database)
    {
        if (database.size() < 100)
            return 0;
        const std::size_t size = bigEndian(database, kSizeOfPageAt) >> 16U;
        return size == 1 ? 65'536 : size;
    }

    std::string putOver(std::string database, std::string_view wal)
    {
        const std::size_t pageSize = pageSizeOf(database);
        if (pageSize < 512 || (pageSize & (pageSize - 1)) != 0)
            return database;
        const WalPages pages = committedPages(wal, pageSize);
        if (pages.pageCount != 0) {
            // No more than there can be: a journal that claims more was made to harm.
            const std::uint64_t most = database.size() / pageSize + pages.places.size();
            database.resize(std::min(pages.pageCount, most) * pageSize);
        }
        for (const auto& [page, place] : pages.places) {
            const std::size_t to = (page - std::size_t {1}) * pageSize;
            if (to + pageSize <= database.size())
                std::memcpy(database.data() + to, wal.data() + place, pageSize);
        }
        return database;
    }

    /// An image is no file that could have a journal.
    void makeStandAlone(std::string& database)
    {
        if (database.size() > kJournalFormAt && database[kJournalFormAt] == 2)
            database[kWriteFormPlace] = database[kJournalFormAt] = 1;
    }

    /// The image; nothing where the file was written while it was read.
    Result<std::optional<std::string>> tryToRead(const fs::path& path, const ReadFile& file)
    {
        const auto before = file.state();
        std::string wal;
        const ReadFile journal(path.string() + "-wal");
        if (journal.error() == 0) {
            auto content = journal.read();
            if (!content)
                return fail(std::move(content).error());
            wal = std::move(*content);
        } else if (journal.error() != ENOENT) {
            return fail(ErrorCode::Io,
                        path.string() + "-wal: " + std::generic_category().message(journal.error())
                            + '.');
        }
        auto database = file.read();
        if (!database)
            return fail(std::move(database).error());
        // Pages that were copied into the file meanwhile may be newer than the journal we read.
        if (file.state() != before)
            return std::optional<std::string>();
        std::string image = putOver(std::move(*database), wal);
        makeStandAlone(image);
        return std::optional(std::move(image));
    }

} // namespace

Result<std::string> readCommittedImage(const fs::path& path)
{
    const ReadFile file(path);
    if (file.error() != 0)
        return fail(ErrorCode::Io, std::generic_category().message(file.error()) + '.');
    for (int i = 0; i < kMaxTries; ++i) {
        auto image = tryToRead(path, file);
        if (!image)
            return fail(std::move(image).error());
        if (*image)
            return std::move(**image);
    }
    return fail(ErrorCode::Io, "The file is being written just now. Open it again in a moment.");
}

} // namespace tracestore
