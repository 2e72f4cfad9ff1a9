#include "tracestore/import/tracing/zipkin_importer.h"

#include "tracestore/import/otel/span_collector.h"
#include "tracestore/import/otel/span_list_reader.h"
#include "tracestore/import/tracing/zipkin_decoder.h"

#include <algorithm>

namespace tracestore {
namespace {

    std::unique_ptr<SpanDecoder> newZipkinDecoder()
    {
        return std::make_unique<ZipkinDecoder>();
    }

    /// Client and server of a call may report it under one id: two records, of which the server's
    /// says `shared`. It is shown below the client's, and what the server did below the server's.
    class SharedIds
    {
    public:
        explicit SharedIds(TraceBuilder& builder)
            : m_builder(builder)
        { }

        void add(SpanId span, const ZipkinDecoder& decoder, const OtelSpan& read)
        {
            m_spans.push_back({span, m_builder.intern(decoder.service()), decoder.isShared()});
            m_byId[keyOf(read.traceId, read.spanId)].push_back(m_spans.size() - 1);
            m_hasShared = m_hasShared || decoder.isShared();
        }

        void settle()
        {
            if (!m_hasShared)
                return;
            for (const Half& half : m_spans) {
                const SpanId parent = parentOf(half);
                if (!parent.isValid())
                    continue;
                m_builder.columns().parent.set(half.span.index(), parent);
                m_builder.columns().parentState.set(half.span.index(), ParentState::Present);
            }
        }

    private:
        struct Half
        {
            SpanId span;
            StringId service;
            bool isShared = false;
        };

        static std::string keyOf(std::string_view traceId, std::string_view id)
        {
            std::string key;
            key.append(traceId).append(1, '\n').append(id);
            std::ranges::transform(key, key.begin(), [](char c) {
                return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
            });
            return key;
        }

        /// The best of the first few that bear an id: more of them would be an attack.
        template<class Rank>
        SpanId best(StringId traceId, StringId id, const Rank& rank) const
        {
            constexpr std::size_t kMaxHalves = 8;
            const auto found = m_byId.find(keyOf(m_builder.text(traceId), m_builder.text(id)));
            SpanId chosen;
            int bestRank = 0;
            for (std::size_t i = 0;
                 found != m_byId.end() && i < std::min(found->second.size(), kMaxHalves);
                 ++i) {
                const Half& candidate = m_spans[found->second[i]];
                if (const int now = rank(candidate); now > bestRank) {
                    bestRank = now;
                    chosen = candidate.span;
                }
            }
            return chosen;
        }

        SpanId parentOf(const Half& half) const
        {
            const SpanColumns& columns = m_builder.columns();
            const std::size_t i = half.span.index();
            if (half.isShared) {
                const SpanId client
                    = best(columns.traceId[i], columns.origId[i], [](const Half& other) {
                          return other.isShared ? 0 : 1;
                      });
                if (client.isValid())
                    return client;
            }
            if (columns.parentOrigId[i].isEmpty())
                return {};
            return best(columns.traceId[i], columns.parentOrigId[i], [&](const Half& other) {
                if (other.span == half.span)
                    return 0;
                const bool isSameService = other.service == half.service;
                return isSameService ? (other.isShared ? 4 : 3) : (other.isShared ? 1 : 2);
            });
        }

        TraceBuilder& m_builder;
        std::vector<Half> m_spans;
        std::unordered_map<std::string, std::vector<std::size_t>> m_byId;
        bool m_hasShared = false;
    };

} // namespace

bool ZipkinImporter::sniff(const Sample& sample) const
{
    const auto keys = firstKeysOf(sample.head);
    const auto has
        = [&](std::string_view key) { return std::ranges::find(keys, key) != keys.end(); };
    return has("traceId") && has("id")
        && (has("localEndpoint") || (has("timestamp") && has("duration")));
}

Result<std::shared_ptr<const PayloadSource>>
ZipkinImporter::read(const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job) const
{
    auto contents = LoadedFiles::load(files, builder.report(), job);
    if (!contents)
        return fail(std::move(contents).error());
    SpanCollector collector(files, *contents, newZipkinDecoder, builder);
    SharedIds sharedIds(builder);
    ZipkinDecoder decoder;
    for (const ImportFile& file : files) {
        const std::string_view text = contents->text(file.id);
        ReportBatch batch(builder.report(), file.id, text);
        forEachRecord(file.id, text, batch, job, [&](const RawRef& place, std::string_view json) {
            const auto span = decoder.span(json, true);
            if (!span) {
                batch.add(ReportSeverity::Broken,
                          place.offset,
                          "A span cannot be read: " + span.error().message);
                return;
            }
            if (decoder.wasRepaired())
                builder.report().add(repairedRow(place));
            sharedIds.add(collector.add(*span, place), decoder, *span);
        });
    }
    if (job.isCancelled())
        return cancelled();
    sharedIds.settle();
    return collector.finish();
}

} // namespace tracestore
