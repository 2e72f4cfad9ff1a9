#include "tracestore/store/byte_source.h"

#include "tracestore/store/unpacker.h"
#include "tracestore/store/zip_text.h"

#include <algorithm>
#include <archive.h>
#include <archive_entry.h>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <memory>
#include <poll.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace tracestore {
namespace {

    constexpr std::size_t kReadBlock = std::size_t {1} << 20U;

    /// Packed content that grows past this size and this many times its own is thought to be made
    /// to fill disks. Traces repeat themselves, but hardly ever that much.
    constexpr std::uint64_t kSuspectSize = std::uint64_t {256} << 20U;
    constexpr std::uint64_t kSuspectRatio = 300;

    Failure failErrno(int error, const std::string& name)
    {
        const std::string reason = ": " + std::generic_category().message(error) + ".";
        if (error == ENOENT)
            return fail(ErrorCode::NotFound, "There is no file " + name + ".");
        if (error == EACCES || error == EPERM)
            return fail(ErrorCode::Denied, "You may not read " + name + reason);
        return fail(ErrorCode::Io, "Cannot read " + name + reason);
    }

    /// When a file was changed, in ns. Only to tell two changes apart: a time after 2262 wraps.
    std::int64_t modifiedAt(const struct stat& info)
    {
        constexpr std::uint64_t kNsPerSecond = 1'000'000'000;
        return static_cast<std::int64_t>(static_cast<std::uint64_t>(info.st_mtim.tv_sec)
                                             * kNsPerSecond
                                         + static_cast<std::uint64_t>(info.st_mtim.tv_nsec));
    }

    /// A file without a name, for this process only; -1 with errno where there is no room.
    int openPrivateFile()
    {
        // The call without an error code throws where TMPDIR names no folder.
        std::error_code error;
        const std::filesystem::path named = std::filesystem::temp_directory_path(error);
        const std::string folder = error ? "/tmp" : named.string();
        if (const int file = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
            file >= 0)
            return file;
        std::string name = folder + "/kymo-XXXXXX";
        const int file = ::mkostemp(name.data(), O_CLOEXEC);
        if (file >= 0)
            ::unlink(name.c_str());
        return file;
    }

    /// Memory of a gigabyte that is filled once comes with a quarter of a million page faults;
    /// large pages spare nearly all of them. Only a wish.
    void useLargePages(char* memory, std::size_t size)
    {
        constexpr std::size_t kLargePage = std::size_t {2} << 20U;
        if (size < kLargePage * 4)
            return;
        void* start = memory;
        std::size_t room = size;
        if (std::align(kLargePage, kLargePage, start, room) != nullptr)
            ::madvise(start, room / kLargePage * kLargePage, MADV_HUGEPAGE);
    }

    bool writeAll(int file, const char* bytes, std::size_t size)
    {
        while (size > 0) {
            const ssize_t written = ::write(file, bytes, size);
            if (written < 0 && errno == EINTR)
                continue;
            if (written <= 0)
                return false;
            bytes += written;
            size -= static_cast<std::size_t>(written);
        }
        return true;
    }

    bool isZip(int file)
    {
        std::array<char, 4> head {};
        return ::pread(file, head.data(), head.size(), 0) == static_cast<ssize_t>(head.size())
            && std::string_view(head.data(), head.size()) == "PK\x03\x04";
    }

    /// A descriptor that is closed unless it is released.
    class OwnedFile
    {
    public:
        explicit OwnedFile(int file)
            : m_file(file)
        { }

        OwnedFile(const OwnedFile&) = delete;
        OwnedFile& operator=(const OwnedFile&) = delete;

        ~OwnedFile()
        {
            if (m_file >= 0)
                ::close(m_file);
        }

        [[nodiscard]] int get() const { return m_file; }

        int release() { return std::exchange(m_file, -1); }

    private:
        int m_file;
    };

    struct Copied
    {
        int file = -1;
        std::string damage;
    };

    /// The texts for content that gives an error at its beginning, and for one that gives it later.
    struct ReadErrors
    {
        std::string nothing;
        std::string partly;
    };

    /// Feeds blocks from `next` (size, 0 at the end, negative on an error) into a private file.
    /// `check` has the last word on how much it may become.
    template<class Next, class Check>
    Result<Copied> copyToPrivateFile(
        const std::string& name, const ReadErrors& errors, Job& job, Next&& next, Check&& check)
    {
        OwnedFile copy(openPrivateFile());
        if (copy.get() < 0)
            return fail(ErrorCode::Io,
                        "Cannot make a temporary file to unpack " + name + ": "
                            + std::generic_category().message(errno) + ".");
        const auto block = std::make_unique<char[]>(kReadBlock);
        std::uint64_t total = 0;
        for (;;) {
            if (job.isCancelled())
                return cancelled();
            const ssize_t size = next(block.get(), kReadBlock);
            if (size < 0 && total == 0)
                return fail(ErrorCode::Corrupt, errors.nothing);
            if (size < 0)
                return Copied {copy.release(), errors.partly};
            if (size == 0)
                return job.isCancelled() ? Result<Copied>(cancelled())
                                         : Copied {copy.release(), {}};
            total += static_cast<std::uint64_t>(size);
            if (total > ByteSource::kMaxUnpacked)
                return fail(ErrorCode::Limit,
                            name + " holds more than 4 GiB, once unpacked. Split it first.");
            if (auto allowed = check(total); !allowed)
                return fail(std::move(allowed).error());
            if (!writeAll(copy.get(), block.get(), static_cast<std::size_t>(size)))
                return fail(ErrorCode::Io,
                            "No room to unpack " + name + ": "
                                + std::generic_category().message(errno) + ".");
        }
    }

    /// Whether what comes out of a packed file is more than an honest one gives.
    Result<void> checkGrowth(std::uint64_t packed, std::uint64_t total, const std::string& name)
    {
        if (total < kSuspectSize || total / kSuspectRatio < packed)
            return {};
        return fail(ErrorCode::Limit,
                    name
                        + " unpacks to more than 300 times its size, as files do that are made to "
                          "fill a disk. If you trust it, unpack it first.");
    }

    Result<Copied> unpackZip(int file, const std::string& name, Job& job)
    {
        const std::unique_ptr<archive, int (*)(archive*)> reader(archive_read_new(),
                                                                 archive_read_free);
        archive_read_support_format_zip(reader.get());
        ::lseek(file, 0, SEEK_SET);
        if (archive_read_open_fd(reader.get(), file, kReadBlock) != ARCHIVE_OK)
            return fail(ErrorCode::Corrupt, name + " is packed, but cannot be unpacked.");
        ZipText zip(reader.get());
        const std::string failure = name + " is a zip archive that cannot be unpacked.";
        auto copied = copyToPrivateFile(
            name,
            {failure, {}},
            job,
            [&](char* to, std::size_t size) { return zip.read(to, size); },
            [&](std::uint64_t total) {
                const auto packed = archive_filter_bytes(reader.get(), -1);
                return checkGrowth(static_cast<std::uint64_t>(packed), total, name);
            });
        if (!copied || zip.entries() > 0) {
            if (copied)
                copied->damage = zip.damage();
            return copied;
        }
        ::close(copied->file);
        return fail(ErrorCode::Corrupt, failure);
    }

    Result<Copied> unpackStream(Unpacker& unpacker, const std::string& name, Job& job)
    {
        return copyToPrivateFile(
            name,
            {name + " is packed, but cannot be unpacked.",
             "The packed file is damaged or cut off; what could be unpacked was read."},
            job,
            [&](char* to, std::size_t size) { return unpacker.next(to, size); },
            [&](std::uint64_t total) { return checkGrowth(unpacker.packedSize(), total, name); });
    }

    /// Waits for input, but not longer than until the job is cancelled; false then.
    bool waitForInput(const Job& job)
    {
        constexpr int kLookMs = 100;
        pollfd input {.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
        while (!job.isCancelled()) {
            const int ready = ::poll(&input, 1, kLookMs);
            if (ready > 0 || (ready < 0 && errno != EINTR))
                return true;
        }
        return false;
    }

    Result<Copied> drainStandardInput(Job& job)
    {
        const auto next = [&](char* to, std::size_t size) {
            ssize_t got = 0;
            do
                got = waitForInput(job) ? ::read(STDIN_FILENO, to, size) : 0;
            while (got < 0 && errno == EINTR);
            return got;
        };
        return copyToPrivateFile("standard input",
                                 {"Standard input cannot be read.",
                                  "Standard input could not be read to its end; what came was "
                                  "read."},
                                 job,
                                 next,
                                 [](std::uint64_t) { return Result<void>(); });
    }

} // namespace

PaddedBytes::PaddedBytes(std::string_view copied)
{
    *this = ofSize(copied.size());
    std::ranges::copy(copied, m_bytes.get());
}

PaddedBytes PaddedBytes::ofSize(std::size_t size)
{
    PaddedBytes bytes;
    bytes.m_bytes.reset(new char[size + kPadding]);
    useLargePages(bytes.m_bytes.get(), size);
    std::fill_n(bytes.m_bytes.get() + size, kPadding, '\0');
    bytes.m_size = size;
    return bytes;
}

Result<std::shared_ptr<const ByteSource>> ByteSource::open(const std::filesystem::path& path,
                                                           Job& job)
{
    std::string name = path == "-" ? "standard input" : path.string();
    int descriptor = -1;
    std::string damage;
    if (path == "-") {
        auto drained = drainStandardInput(job);
        if (!drained)
            return fail(std::move(drained).error());
        descriptor = drained->file;
    } else {
        // O_NONBLOCK: a pipe with a name must not hold us before it is refused.
        descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
        if (descriptor < 0)
            return failErrno(errno, name);
    }
    OwnedFile file(descriptor);

    struct stat info = {};
    if (::fstat(file.get(), &info) != 0)
        return failErrno(errno, name);
    if (S_ISDIR(info.st_mode))
        return fail(ErrorCode::Unsupported, name + " is a folder.");
    if (!S_ISREG(info.st_mode))
        return fail(
            ErrorCode::Unsupported,
            name + " is a device or pipe. Pipe it into `kymo -`, or save it to a file first.");
    const auto unpacker = Unpacker::open(file.get());
    if (unpacker != nullptr || isZip(file.get())) {
        auto unpacked = unpacker != nullptr ? unpackStream(*unpacker, name, job)
                                            : unpackZip(file.get(), name, job);
        if (!unpacked)
            return fail(std::move(unpacked).error());
        ::close(file.release());
        damage = std::move(unpacked->damage);
        descriptor = unpacked->file;
    } else {
        descriptor = file.release();
    }
    std::shared_ptr<ByteSource> source(new ByteSource(std::move(name), descriptor));
    source->m_damage = std::move(damage);
    if (auto known = source->stat(); !known)
        return fail(std::move(known).error());
    return std::shared_ptr<const ByteSource>(std::move(source));
}

ByteSource::ByteSource(std::string name, int file)
    : m_name(std::move(name))
    , m_file(file)
{ }

ByteSource::~ByteSource()
{
    ::close(m_file);
}

Result<std::string> ByteSource::read(std::uint64_t offset, std::uint64_t length) const
{
    std::string bytes(length <= m_size ? length : 0, '\0');
    if (auto done = readTo(bytes.data(), offset, length); !done)
        return fail(std::move(done).error());
    return bytes;
}

Result<void> ByteSource::readTo(char* to, std::uint64_t offset, std::uint64_t length) const
{
    if (offset > m_size || length > m_size - offset)
        return fail(ErrorCode::Invalid, "Asked for bytes past the end of " + m_name + ".");
    if (auto done = readInto(to, offset, length); !done)
        return done;
    return checkUnchanged();
}

Result<PaddedBytes> ByteSource::load(Job& job) const
{
    PaddedBytes bytes = PaddedBytes::ofSize(m_size);
    for (std::uint64_t offset = 0; offset < m_size; offset += kReadBlock) {
        if (job.isCancelled())
            return cancelled();
        const std::uint64_t length = std::min<std::uint64_t>(kReadBlock, m_size - offset);
        if (auto done = readInto(bytes.data() + offset, offset, length); !done)
            return fail(std::move(done).error());
    }
    return bytes;
}

Result<void> ByteSource::readInto(char* to, std::uint64_t offset, std::uint64_t length) const
{
    while (length > 0) {
        const ssize_t got = ::pread(m_file, to, length, static_cast<off_t>(offset));
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return failErrno(errno, m_name);
        if (got == 0)
            return fail(ErrorCode::Io,
                        m_name + " became shorter while it was open. Open it again.");
        to += got;
        offset += static_cast<std::uint64_t>(got);
        length -= static_cast<std::uint64_t>(got);
    }
    return {};
}

Result<void> ByteSource::checkUnchanged() const
{
    struct stat now = {};
    if (::fstat(m_file, &now) != 0)
        return failErrno(errno, m_name);
    // A log that only grew still holds what was read at the same place; a file that was written
    // anew and happens to be longer does not.
    const auto size = static_cast<std::uint64_t>(now.st_size);
    if (size < m_size || (size == m_size && modifiedAt(now) != m_modified)
        || (size > m_size && tail() != m_tail))
        return fail(ErrorCode::Io, m_name + " has changed since it was opened. Open it again.");
    return {};
}

Result<void> ByteSource::stat()
{
    struct stat info = {};
    if (::fstat(m_file, &info) != 0)
        return failErrno(errno, m_name);
    m_size = static_cast<std::uint64_t>(info.st_size);
    m_modified = modifiedAt(info);
    m_tail = tail();
    return {};
}

std::string ByteSource::tail() const
{
    constexpr std::uint64_t kTail = 256;
    std::string bytes(std::min(kTail, m_size), '\0');
    return readInto(bytes.data(), m_size - bytes.size(), bytes.size()) ? bytes : std::string();
}

} // namespace tracestore
