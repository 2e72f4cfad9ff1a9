#include "tracestore/store/unpacker.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

namespace tracestore {
namespace {

    constexpr std::string_view kGzip = "\x1F\x8B";
    constexpr std::string_view kZstd = "\x28\xB5\x2F\xFD";

    /// The packed bytes, block by block.
    class PackedInput
    {
    public:
        explicit PackedInput(int file)
            : m_file(file)
            , m_block(std::make_unique_for_overwrite<unsigned char[]>(kBlock))
        { }

        /// Reads the next block where the last one is used up; false at the end of the file and
        /// where it cannot be read.
        bool fill()
        {
            if (m_used < m_size)
                return true;
            ssize_t got = 0;
            do
                got = ::read(m_file, m_block.get(), kBlock);
            while (got < 0 && errno == EINTR);
            m_used = 0;
            m_size = static_cast<std::size_t>(std::max<ssize_t>(got, 0));
            m_total += m_size;
            m_hasFailed = got < 0;
            return m_size > 0;
        }

        [[nodiscard]] unsigned char* data() { return m_block.get() + m_used; }

        [[nodiscard]] std::size_t size() const { return m_size - m_used; }

        void use(std::size_t bytes) { m_used += bytes; }

        [[nodiscard]] std::uint64_t used() const { return m_total - size(); }

        [[nodiscard]] bool hasFailed() const { return m_hasFailed; }

    private:
        static constexpr std::size_t kBlock = std::size_t {256} << 10U;

        int m_file;
        std::unique_ptr<unsigned char[]> m_block;
        std::size_t m_used = 0;
        std::size_t m_size = 0;
        std::uint64_t m_total = 0;
        bool m_hasFailed = false;
    };

    class GzipUnpacker : public Unpacker
    {
    public:
        explicit GzipUnpacker(int file)
            : m_input(file)
        {
            constexpr int kGzipOnly = 15 + 16;
            m_isFine = ::inflateInit2(&m_stream, kGzipOnly) == Z_OK;
        }

        ~GzipUnpacker() override { ::inflateEnd(&m_stream); }

        ssize_t next(char* to, std::size_t size) override
        {
            // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast)
            m_stream.next_out = reinterpret_cast<Bytef*>(to);
            m_stream.avail_out = static_cast<uInt>(size);
            while (m_isFine && !m_isAtEnd && m_stream.avail_out > 0)
                step();
            const auto given = static_cast<ssize_t>(size - m_stream.avail_out);
            return given > 0 || m_isFine ? given : -1;
        }

        [[nodiscard]] std::uint64_t packedSize() const override { return m_input.used(); }

    private:
        void step()
        {
            if (!m_input.fill()) {
                // Between two members is the only place where a file may end.
                m_isAtEnd = m_isBetween && !m_input.hasFailed();
                m_isFine = m_isAtEnd;
                return;
            }
            if (m_isBetween && m_input.data()[0] == 0) {
                m_input.use(1); // some tools fill up to the end of a block
                return;
            }
            m_stream.next_in = m_input.data();
            m_stream.avail_in = static_cast<uInt>(m_input.size());
            m_isBetween = false;
            const int result = ::inflate(&m_stream, Z_NO_FLUSH);
            m_input.use(m_input.size() - m_stream.avail_in);
            if (result == Z_STREAM_END) {
                m_isBetween = true;
                m_isFine = ::inflateReset(&m_stream) == Z_OK;
            } else {
                m_isFine = result == Z_OK || result == Z_BUF_ERROR;
            }
        }

        PackedInput m_input;
        z_stream m_stream {};
        bool m_isFine = true;
        bool m_isAtEnd = false;
        bool m_isBetween = false;
    };

    class ZstdUnpacker : public Unpacker
    {
    public:
        explicit ZstdUnpacker(int file)
            : m_input(file)
            , m_stream(::ZSTD_createDCtx(), ::ZSTD_freeDCtx)
            , m_isFine(m_stream != nullptr)
        { }

        ssize_t next(char* to, std::size_t size) override
        {
            ZSTD_outBuffer out {to, size, 0};
            while (m_isFine && !m_isAtEnd && out.pos < size)
                step(out);
            const auto given = static_cast<ssize_t>(out.pos);
            return given > 0 || m_isFine ? given : -1;
        }

        [[nodiscard]] std::uint64_t packedSize() const override { return m_input.used(); }

    private:
        void step(ZSTD_outBuffer& out)
        {
            const bool hasMore = m_input.fill();
            if (!hasMore && m_isBetween) {
                m_isAtEnd = !m_input.hasFailed();
                m_isFine = m_isAtEnd;
                return;
            }
            const std::size_t before = out.pos;
            ZSTD_inBuffer in {m_input.data(), m_input.size(), 0};
            const std::size_t result = ::ZSTD_decompressStream(m_stream.get(), &out, &in);
            m_input.use(in.pos);
            m_isFine = ::ZSTD_isError(result) == 0 && (hasMore || out.pos > before);
            m_isBetween = result == 0;
        }

        PackedInput m_input;
        std::unique_ptr<ZSTD_DCtx, std::size_t (*)(ZSTD_DCtx*)> m_stream;
        bool m_isFine = true;
        bool m_isAtEnd = false;
        bool m_isBetween = false;
    };

} // namespace

bool Unpacker::isPacked(std::string_view head)
{
    return head.starts_with(kGzip) || head.starts_with(kZstd);
}

std::unique_ptr<Unpacker> Unpacker::open(int file)
{
    std::array<char, 4> head {};
    const ssize_t got = ::pread(file, head.data(), head.size(), 0);
    const std::string_view text(head.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (!isPacked(text) || ::lseek(file, 0, SEEK_SET) != 0)
        return nullptr;
    if (text.starts_with(kGzip))
        return std::make_unique<GzipUnpacker>(file);
    return std::make_unique<ZstdUnpacker>(file);
}

} // namespace tracestore
