#include "tracestore/column_cache.h"

#include "tracestore/base/checksum.h"
#include "tracestore/base/hash.h"
#include "tracestore/store/trace_image.h"

#include <algorithm>
#include <array>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tracestore {
namespace {

    namespace fs = std::filesystem;

    /// Higher with every change of what an entry holds, also by an importer that maps anew.
    constexpr std::uint32_t kVersion = 1;
    constexpr std::string_view kEnding = ".columns";

    /// In front of an entry. What is behind it is `size` long and has that checksum.
    struct Head
    {
        std::array<char, 8> magic {'K', 'y', 'm', 'o', 'C', 'o', 'l', 's'};
        std::uint32_t version = kVersion;
        std::uint32_t byteOrder = 0x01020304; ///< reads otherwise on a machine of another order
        std::array<char, 32> state {};
        std::uint64_t size = 0;
        std::uint64_t checksum = 0;

        bool operator==(const Head&) const = default;
    };

    static_assert(sizeof(Head) % BinaryWriter::kAlignment == 0);

    std::string_view bytesOf(const Head& head)
    {
        return {static_cast<const char*>(static_cast<const void*>(&head)), sizeof head};
    }

    /// Sizes, times and some of the content of the files; nothing where one cannot be looked at.
    std::optional<std::string> stateOf(const std::vector<ImportFile>& files)
    {
        constexpr std::uint64_t kBlock = 4096;
        constexpr std::uint64_t kBlocks = 16;
        std::string state;
        for (const ImportFile& file : files) {
            struct stat info
            { };

            if (::stat(file.path.c_str(), &info) != 0)
                return {};
            const std::uint64_t size = file.bytes->size();
            for (const std::int64_t value : {static_cast<std::int64_t>(size),
                                             static_cast<std::int64_t>(info.st_size),
                                             static_cast<std::int64_t>(info.st_mtim.tv_sec),
                                             static_cast<std::int64_t>(info.st_mtim.tv_nsec)})
                state += std::to_string(value) + ' ';
            const std::uint64_t length = std::min(kBlock, size);
            for (std::uint64_t i = 0; i <= kBlocks; ++i) {
                const auto block = file.bytes->read((size - length) / kBlocks * i, length);
                if (!block)
                    return {};
                state += contentHash(*block).toHex();
            }
            const auto tail = file.bytes->read(size - length, length);
            if (!tail)
                return {};
            state += contentHash(*tail).toHex() + '\n';
        }
        return state;
    }

    /// A file in memory that is aligned for use in place.
    struct Loaded
    {
        std::shared_ptr<const void> owner;
        std::string_view bytes;
    };

    std::optional<Loaded> load(const fs::path& path)
    {
        const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
        if (file < 0)
            return {};

        struct stat info
        { };

        std::optional<Loaded> loaded;
        if (::fstat(file, &info) == 0 && S_ISREG(info.st_mode)) {
            const auto size = static_cast<std::size_t>(info.st_size);
            const auto bytes = std::make_shared<PaddedBytes>(PaddedBytes::ofSize(size));
            std::size_t done = 0;
            for (ssize_t got = 1; got > 0 && done < size; done += static_cast<std::size_t>(got))
                got = std::max<ssize_t>(::read(file, bytes->data() + done, size - done), 0);
            if (done == size) {
                ::futimens(file, nullptr); // used now
                loaded = Loaded {bytes, bytes->view()};
            }
        }
        ::close(file);
        return loaded;
    }

    bool writeAll(int file, std::string_view bytes)
    {
        while (!bytes.empty()) {
            const ssize_t written = ::write(file, bytes.data(), bytes.size());
            if (written < 0 && errno == EINTR)
                continue;
            if (written <= 0)
                return false;
            bytes.remove_prefix(static_cast<std::size_t>(written));
        }
        return true;
    }

    /// Writes an entry under a name that nobody looks for, and gives it its own when it is whole.
    bool
    writeEntry(const fs::path& path, Head head, const std::function<bool(BinaryWriter&)>& write)
    {
        std::string draft = path.string() + ".XXXXXX";
        const int file = ::mkostemp(draft.data(), O_CLOEXEC);
        if (file < 0)
            return false;
        bool isFine = writeAll(file, bytesOf(head));
        Checksum checksum;
        BinaryWriter writer([&](std::string_view bytes) {
            checksum.add(bytes);
            head.size += bytes.size();
            return writeAll(file, bytes);
        });
        isFine = isFine && write(writer) && writer.finish();
        head.checksum = checksum.value();
        isFine
            = isFine && ::pwrite(file, &head, sizeof head, 0) == static_cast<ssize_t>(sizeof head);
        isFine = ::close(file) == 0 && isFine && ::rename(draft.c_str(), path.c_str()) == 0;
        if (!isFine)
            ::unlink(draft.c_str());
        return isFine;
    }

    /// What follows the head, where head and content are what they should be.
    bool isBelievable(std::string_view entry, const std::string& state)
    {
        Head head;
        if (entry.size() < sizeof head)
            return false;
        std::memcpy(&head, entry.data(), sizeof head);
        Head wanted;
        std::ranges::copy(state, wanted.state.begin());
        wanted.size = entry.size() - sizeof head;
        wanted.checksum = head.checksum;
        if (head != wanted)
            return false;
        Checksum checksum;
        checksum.add(entry.substr(sizeof head));
        return checksum.value() == head.checksum;
    }

} // namespace

ColumnCache::ColumnCache(fs::path folder)
    : ColumnCache(std::move(folder), Limits())
{ }

ColumnCache::ColumnCache(fs::path folder, const Limits& limits)
    : m_folder(std::move(folder))
    , m_limits(limits)
{ }

ColumnCache::Key ColumnCache::keyOf(const Importer& importer,
                                    const std::vector<ImportFile>& files,
                                    const ImportReport& before) const
{
    std::uint64_t size = 0;
    std::string name(importer.id());
    for (const ImportFile& file : files) {
        if (file.path == "-")
            return {};
        std::error_code ignored;
        name += '\n' + fs::absolute(file.path, ignored).string();
        size += file.bytes->size();
    }
    if (size < m_limits.minSourceSize)
        return {};
    auto state = stateOf(files);
    if (!state)
        return {};
    for (const ReportRow& row : before.rows())
        *state
            += std::string(toWord(row.severity)) + row.message + std::to_string(row.count) + '\n';
    return {contentHash(name).toHex(), contentHash(*state).toHex()};
}

fs::path ColumnCache::pathOf(const Key& key) const
{
    return m_folder / (key.name + std::string(kEnding));
}

std::optional<Trace::Data> ColumnCache::find(const Key& key,
                                             const Importer& importer,
                                             const std::vector<ImportFile>& files) const
{
    const auto entry = key.isEmpty() ? std::nullopt : load(pathOf(key));
    if (!entry || !isBelievable(entry->bytes, key.state))
        return {};
    BinaryReader reader(entry->bytes.substr(sizeof(Head)), entry->owner);
    Trace::Data data = loadTraceImage(reader);
    if (!reader.isFine())
        return {};
    data.payloads = importer.restorePayloads(files, reader);
    if (data.payloads == nullptr || !reader.isFine())
        return {};
    return data;
}

void ColumnCache::keep(const Key& key, const Importer& importer, const Trace& trace) const
{
    std::error_code error;
    fs::create_directories(m_folder, error);
    if (key.isEmpty() || error)
        return;
    // Names of files and of what agents did are nobody else's business.
    fs::permissions(m_folder, fs::perms::owner_all, error);
    Head head;
    std::ranges::copy(key.state, head.state.begin());
    const fs::path path = pathOf(key);
    const bool isKept = writeEntry(path, head, [&](BinaryWriter& to) {
        saveTraceImage(to, trace.data());
        return importer.savePayloads(trace.payloads(), to);
    });
    if (isKept)
        removeOldest(path);
}

/// Makes room by removing what was not used for the longest time, and drafts that were never ended.
void ColumnCache::removeOldest(const fs::path& kept) const
{
    struct Entry
    {
        fs::path path;
        fs::file_time_type used;
        std::uint64_t size = 0;
    };

    std::vector<Entry> entries;
    std::uint64_t total = 0;
    std::error_code error;
    for (fs::directory_iterator walk(m_folder, error); !error && walk != fs::directory_iterator();
         walk.increment(error)) {
        std::error_code ignored;
        if (walk->path().string().find(kEnding) == std::string::npos
            || !walk->is_regular_file(ignored))
            continue;
        entries.push_back({walk->path(), walk->last_write_time(ignored), walk->file_size(ignored)});
        total += entries.back().size;
    }
    std::ranges::sort(entries, {}, &Entry::used);
    for (const Entry& entry : entries) {
        if (total <= m_limits.maxTotalSize)
            return;
        if (entry.path == kept)
            continue;
        fs::remove(entry.path, error);
        total -= entry.size;
    }
}

} // namespace tracestore
