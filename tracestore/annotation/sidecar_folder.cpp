#include "tracestore/annotation/sidecar_folder.h"

#include "schema.h"
#include "tracestore/base/hash.h"
#include "tracestore/recording/event_table.h"
#include "tracestore/store/file_replacement.h"
#include "tracestore/store/kymo_file.h"
#include "tracestore/store/kymo_reader.h"
#include "tracestore/store/payload_store.h"
#include "tracestore/store/trace_tables.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace tracestore {
namespace {

    namespace fs = std::filesystem;

    constexpr std::string_view kSidecarEnding = ".kymo";

    /// So many bytes of a log's beginning are in the name of its sidecar, so that few have to be
    /// compared. A log that is shorter has no notes that it could lose by growing.
    constexpr std::uint64_t kHeadBytes = 64;

    /// A file that is open to be read here and there.
    class FileLook
    {
    public:
        static Result<FileLook> open(const fs::path& path)
        {
            FileLook look(::open(path.c_str(), O_RDONLY | O_CLOEXEC));

            struct stat info
            { };

            if (look.m_file < 0 || ::fstat(look.m_file, &info) != 0)
                return fail(errno == ENOENT ? ErrorCode::NotFound : ErrorCode::Io,
                            "Cannot read " + path.string() + ": "
                                + std::generic_category().message(errno) + ".");
            if (!S_ISREG(info.st_mode))
                return fail(ErrorCode::Unsupported,
                            path.string()
                                + " is no file whose notes could be kept. Save the trace as a "
                                  ".kymo file and put them there.");
            look.m_size = static_cast<std::uint64_t>(info.st_size);
            return look;
        }

        FileLook(FileLook&& other) noexcept
            : m_file(std::exchange(other.m_file, -1))
            , m_size(other.m_size)
        { }

        FileLook& operator=(FileLook&&) = delete;

        ~FileLook()
        {
            if (m_file >= 0)
                ::close(m_file);
        }

        [[nodiscard]] std::uint64_t size() const { return m_size; }

        [[nodiscard]] std::string headHash() const
        {
            return contentHash(block(0, std::min(kHeadBytes, m_size))).toHex().substr(0, 16);
        }

        /// Of blocks taken here and there from the first `size` bytes.
        [[nodiscard]] std::string sampleHash(std::uint64_t size) const
        {
            constexpr std::uint64_t kBlockBytes = 4096;
            constexpr std::uint64_t kBlockCount = 16;
            const std::uint64_t length = std::min(kBlockBytes, size);
            std::string taken;
            for (std::uint64_t i = 0; i < kBlockCount; ++i)
                taken += block((size - length) / kBlockCount * i, length);
            taken += block(size - length, length);
            return contentHash(taken).toHex();
        }

    private:
        explicit FileLook(int file)
            : m_file(file)
        { }

        /// Shorter where it cannot be read: then the hash is that of no sidecar.
        [[nodiscard]] std::string block(std::uint64_t offset, std::uint64_t length) const
        {
            std::string bytes(length, '\0');
            const ssize_t got = ::pread(m_file, bytes.data(), length, static_cast<off_t>(offset));
            bytes.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
            return bytes;
        }

        int m_file;
        std::uint64_t m_size = 0;
    };

    /// The names of the sidecars of logs: `file-HEAD-PATH-SIZE-HASH.kymo`.
    struct LogName
    {
        std::string head;
        std::string path; ///< a hash of it, by which a file that has grown is told from its copy
        std::uint64_t size = 0;
        std::string hash;

        [[nodiscard]] std::string text() const
        {
            return "file-" + head + '-' + path + '-' + std::to_string(size) + '-' + hash
                + std::string(kSidecarEnding);
        }
    };

    std::optional<LogName> readLogName(std::string_view text)
    {
        constexpr std::size_t kPartCount = 5;
        if (!text.ends_with(kSidecarEnding))
            return {};
        text.remove_suffix(kSidecarEnding.size());
        std::vector<std::string> parts(1);
        for (const char c : text) {
            if (c == '-')
                parts.emplace_back();
            else
                parts.back() += c;
        }
        if (parts.size() != kPartCount || parts[0] != "file")
            return {};
        LogName name {parts[1], parts[2], 0, parts[4]};
        const std::string& digits = parts[3];
        const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), name.size);
        return read.ec == std::errc() ? std::optional(name) : std::nullopt;
    }

    /// The number that a query gives, as a text; nothing where it gives none.
    std::optional<std::string> firstNumber(Database& database, const char* sql)
    {
        auto select = database.prepare(sql);
        if (!select || !select->step().value_or(false))
            return {};
        return std::to_string(select->integer(0));
    }

    /// The sum of the event with which a recording begins to be what it is: it grows and is closed,
    /// and a fork begins as its parent does. Sums know contents by their numbers, which are the
    /// same in two forks of a step: what a fork says of itself is told with it.
    std::optional<std::string> sumOfBegin(Database& database)
    {
        std::int64_t number = 1;
        std::string origin;
        const auto decisions = readEvents(database, {.isOfRun = true, .type = "decision_made"});
        for (const RunEvent& event : decisions ? *decisions : std::vector<RunEvent>()) {
            const auto* made = std::get_if<DecisionMade>(&event.fact);
            if (made == nullptr || made->policy != kDebuggerPolicy || made->action != "branch")
                continue;
            number = event.number;
            origin = made->details;
        }
        const std::string sql = "SELECT sum FROM event WHERE number = " + std::to_string(number);
        auto sum = firstNumber(database, sql.c_str());
        if (sum && !origin.empty())
            *sum += ' ' + contentHash(origin).toHex();
        return sum;
    }

    Result<void> fillSidecar(const fs::path& path)
    {
        auto database = Database::openNew(path);
        if (!database)
            return fail(std::move(database).error());
        auto done = database->run("PRAGMA application_id = " + std::to_string(kKymoApplicationId)
                                  + "; PRAGMA user_version = " + std::to_string(kKymoVersion)
                                  + "; BEGIN;" + kymoSchema(kKymoVersion) + kKymoIndexes);
        if (done)
            done = writeMeta(*database, {{"format_id", "notes"}, {"format_name", "Notes"}});
        if (done)
            done = database->run("COMMIT");
        if (!done)
            return done;
        return database->close();
    }

    Result<void> makeFolder(const fs::path& folder)
    {
        std::error_code error;
        fs::create_directories(folder, error);
        if (error)
            return fail(ErrorCode::Io,
                        "Cannot make the folder " + folder.string() + ": " + error.message() + ".");
        fs::permissions(folder, fs::perms::owner_all, error);
        return {};
    }

} // namespace

Result<SidecarFolder::Match> SidecarFolder::find(const fs::path& file) const
{
    auto match = findOfKymo(file);
    if (match)
        return std::move(*match);
    return findOfLog(file);
}

std::optional<SidecarFolder::Match> SidecarFolder::findOfKymo(const fs::path& file) const
{
    auto tables = openCheckedTables(file);
    if (!tables)
        return {};
    std::optional<std::string> name;
    if (tables->version >= kFirstVersionWithEvents)
        name = sumOfBegin(tables->database);
    // The last sum of a chain is made of all of its rows.
    if (!name) {
        const auto spans = firstNumber(tables->database, "SELECT max(id) FROM span");
        const auto last
            = firstNumber(tables->database, "SELECT sum FROM span ORDER BY id DESC LIMIT 1");
        name = spans.value_or("") + ' ' + last.value_or("");
    }
    Match match;
    match.own = m_folder / ("kymo-" + contentHash(*name).toHex() + std::string(kSidecarEnding));
    std::error_code ignored;
    if (fs::exists(match.own, ignored))
        match.there.push_back(match.own);
    return match;
}

Result<SidecarFolder::Match> SidecarFolder::findOfLog(const fs::path& file) const
{
    const auto look = FileLook::open(file);
    if (!look)
        return fail(look.error());
    std::error_code ignored;
    const std::string path
        = contentHash(fs::weakly_canonical(file, ignored).string()).toHex().substr(0, 16);
    const LogName now {look->headHash(), path, look->size(), look->sampleHash(look->size())};
    Match match;
    match.own = m_folder / now.text();
    std::uint64_t ownSize = 0;
    for (const auto& entry : fs::directory_iterator(m_folder, ignored)) {
        const auto name = readLogName(entry.path().filename().string());
        if (!name || name->head != now.head || name->size > now.size
            || name->hash != look->sampleHash(name->size))
            continue;
        match.there.push_back(entry.path());
        const bool isThis = name->size == now.size || name->path == now.path;
        if (isThis && name->size > ownSize) {
            ownSize = name->size;
            match.own = entry.path();
        }
    }
    std::ranges::sort(match.there);
    return match;
}

Result<void> SidecarFolder::make(const fs::path& sidecar)
{
    std::error_code error;
    if (fs::exists(sidecar, error))
        return {};
    auto folder = makeFolder(sidecar.parent_path());
    if (!folder)
        return folder;
    std::string draft = sidecar.string() + ".XXXXXX";
    const int file = ::mkostemp(draft.data(), O_CLOEXEC);
    if (file < 0)
        return fail(ErrorCode::Io,
                    "Cannot write in " + sidecar.parent_path().string() + ": "
                        + std::generic_category().message(errno) + ".");
    ::close(file);
    auto done = fillSidecar(draft);
    // A link, unlike a new name, never takes the place of what another window has just made.
    if (done && ::link(draft.c_str(), sidecar.c_str()) != 0 && errno != EEXIST)
        done = fail(ErrorCode::Io,
                    "Cannot write " + sidecar.string() + ": "
                        + std::generic_category().message(errno) + ".");
    ::unlink(draft.c_str());
    return done;
}

Result<fs::path> SidecarFolder::putAside(const fs::path& sidecar)
{
    constexpr int kMostAside = 100;
    std::error_code error;
    fs::path aside = sidecar.string() + ".broken";
    for (int i = 2; fs::exists(aside, error) && i < kMostAside; ++i)
        aside = sidecar.string() + ".broken-" + std::to_string(i);
    fs::rename(sidecar, aside, error);
    if (error)
        return fail(ErrorCode::Io,
                    "Cannot rename " + sidecar.string() + ": " + error.message() + ".");
    // The journal belongs to it.
    fs::rename(sidecar.string() + "-wal", aside.string() + "-wal", error);
    return aside;
}

} // namespace tracestore
