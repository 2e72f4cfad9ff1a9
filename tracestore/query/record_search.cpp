#include "tracestore/query/record_search.h"

#include "tracestore/query/query_payload.h"
#include "tracestore/query/record_ranges.h"
#include "tracestore/query/snippet.h"
#include "tracestore/query/text_places.h"
#include "tracestore/store/byte_source.h"

#include <algorithm>

namespace tracestore {
namespace {

    /// In the second level cache of a processor: the scan then costs little beside the reading.
    constexpr std::uint64_t kBlock = std::uint64_t {512} << 10U;

    /// So much of what is in front of a block is kept for snippets and for escapes that began
    /// there.
    constexpr std::uint64_t kContext = 512;

    /// Where few records are asked for, far apart, less is read for each.
    constexpr std::uint64_t kSmallBlock = std::uint64_t {16} << 10U;
    constexpr std::uint64_t kManyFrom = 4; ///< a fourth of the file

    class Search
    {
    public:
        Search(const RecordSearch& search, Job& job)
            : m_search(search)
            , m_job(job)
            , m_isLeft(search.wanted)
        { }

        Result<void> run()
        {
            if (auto named = searchNames(); !named || m_isEnded)
                return named;
            const std::size_t files = m_search.trace.origin().files.size();
            std::vector<bool> isWhole(files);
            for (std::size_t i = 0; i < files && !m_isEnded; ++i) {
                const auto file = m_search.trace.payloads().file(FileId(i));
                if (file == nullptr)
                    continue;
                if (auto done = searchFile(*file, FileId(i), isWhole); !done)
                    return done;
            }
            return m_isEnded ? Result<void>() : searchOneByOne(isWhole);
        }

    private:
        void report(SpanId span, std::string_view text, const TextMatch& match, TextForm form)
        {
            if (m_isEnded || !m_isLeft[span.index()])
                return;
            m_isLeft[span.index()] = false;
            QueryHit hit {.span = span};
            if (m_search.wantsSnippets) {
                Snippet snippet = snippetAround(text, match, form);
                hit.snippet = std::move(snippet.text);
                hit.matchOffset = snippet.match.offset;
                hit.matchLength = snippet.match.length;
            }
            m_isEnded = !m_search.onHit(std::move(hit));
        }

        /// Names and messages of errors stand in columns; an importer may have made them.
        Result<void> searchNames()
        {
            const Trace& trace = m_search.trace;
            std::vector<std::int8_t> known(trace.strings().size(), -1);
            for (const SpanId span : trace.preOrder()) {
                if (m_isEnded || !m_isLeft[span.index()])
                    continue;
                const StringId name = trace.columns().name[span.index()];
                std::int8_t& isThere = known[name.value];
                if (isThere < 0)
                    isThere = m_search.needle.find(trace.text(name), TextForm::Plain) ? 1 : 0;
                if (isThere != 0)
                    searchText(span, trace.text(name));
                else if (const SpanError* error = trace.error(span); error != nullptr)
                    searchText(span, error->message);
            }
            if (m_job.isCancelled())
                return cancelled();
            m_search.onPause();
            return {};
        }

        void searchText(SpanId span, std::string_view text)
        {
            if (const auto match = m_search.needle.find(text, TextForm::Plain))
                report(span, text, *match, TextForm::Plain);
        }

        Result<void> searchFile(const ByteSource& file, FileId id, std::vector<bool>& isWhole)
        {
            RecordRanges ranges(m_search.trace, id, m_isLeft);
            if (ranges.nextWanted(0) == RecordRanges::kNowhere) {
                isWhole[id.index()] = true;
                return {};
            }
            m_job.expect(file.size());
            const bool isMost = ranges.wantedBytes() >= file.size() / kManyFrom;
            auto done = walk(file, ranges, isMost ? kBlock : kSmallBlock);
            if (!done && done.error().code == ErrorCode::Cancelled)
                return done;
            // What could not be read through is tried record by record, and told there.
            isWhole[id.index()] = done.has_value();
            return {};
        }

        Result<void> walk(const ByteSource& file, RecordRanges& ranges, std::uint64_t block)
        {
            const std::uint64_t size = file.size();
            const std::uint64_t overlap = m_search.needle.longestWritten();
            std::string buffer(kContext + block + 2 * overlap, '\0');
            std::uint64_t done = 0; // what begins before was decided
            while (done < size && !m_isEnded) {
                if (m_job.isCancelled())
                    return cancelled();
                const std::uint64_t next = std::min(ranges.nextWanted(done), size);
                m_job.advance(next - done);
                done = next;
                const std::uint64_t begin = done - std::min(done, kContext);
                const std::uint64_t length = std::min<std::uint64_t>(buffer.size(), size - begin);
                if (auto read = file.readTo(buffer.data(), begin, length); !read)
                    return read;
                const std::uint64_t end = begin + length;
                const std::uint64_t limit = end == size ? size : end - overlap;
                searchBlock({buffer.data(), length}, begin, done, limit, ranges);
                m_job.advance(limit - done);
                done = limit;
                m_search.onPause();
            }
            return {};
        }

        /// Reports what begins from `from` on and before `limit`.
        void searchBlock(std::string_view block,
                         std::uint64_t begin,
                         std::uint64_t from,
                         std::uint64_t limit,
                         RecordRanges& ranges)
        {
            while (from < limit && !m_isEnded) {
                const auto match = m_search.needle.find(block, TextForm::Json, from - begin);
                if (!match || begin + match->offset >= limit)
                    break;
                const std::uint64_t offset = begin + match->offset;
                for (const SpanId span : ranges.spansAt(offset))
                    report(span, block, *match, TextForm::Json);
                from = ranges.nextBehind(offset);
            }
        }

        Result<void> searchOneByOne(const std::vector<bool>& isWhole)
        {
            constexpr std::size_t kPause = 64;
            std::size_t count = 0;
            for (const SpanId span : m_search.trace.preOrder()) {
                if (m_isEnded || !m_isLeft[span.index()] || isSearched(span, isWhole))
                    continue;
                if (m_job.isCancelled())
                    return cancelled();
                searchOne(span);
                if (++count % kPause == 0)
                    m_search.onPause();
            }
            m_search.onPause();
            return {};
        }

        [[nodiscard]] bool isSearched(SpanId span, const std::vector<bool>& isWhole) const
        {
            const SpanColumns& spans = m_search.trace.columns();
            const std::size_t first = spans.firstRaw[span.index()];
            const std::size_t count = spans.rawCount[span.index()];
            for (std::size_t i = first; i < first + count; ++i) {
                const FileId file = spans.raws[i].file;
                if (!file.isValid() || file.index() >= isWhole.size() || !isWhole[file.index()])
                    return false;
            }
            return count > 0;
        }

        void searchOne(SpanId span)
        {
            const Trace& trace = m_search.trace;
            if (trace.columns().rawCount[span.index()] == 0)
                return searchDetail(span);
            const auto records = trace.payloads().raw(span);
            if (!records)
                return m_search.onProblem(span, records.error());
            if (const auto match = m_search.needle.find(*records, TextForm::Json))
                report(span, *records, *match, TextForm::Json);
        }

        /// A span without records of its own has what was told of it.
        void searchDetail(SpanId span)
        {
            auto detail = m_search.trace.payloads().detail(span);
            if (!detail)
                return m_search.onProblem(span, detail.error());
            if (detail->inputState == ContentState::Reconstructed)
                detail->input.clear(); // of the steps it was put together from
            const auto places = findInDetail(m_search.needle.folded(), *detail, 1);
            if (!places.empty())
                report(span,
                       places.front().snippet,
                       {places.front().matchOffset, places.front().matchLength},
                       TextForm::Plain);
        }

        const RecordSearch& m_search;
        Job& m_job;
        std::vector<bool> m_isLeft; ///< wanted, and not found yet
        bool m_isEnded = false;
    };

} // namespace

Result<void> searchRecords(const RecordSearch& search, Job& job)
{
    return Search(search, job).run();
}

} // namespace tracestore
