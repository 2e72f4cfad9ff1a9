#include "tracestore/export/chrome_trace_exporter.h"

#include "tracestore/base/json_writer.h"
#include "tracestore/export/export_buffer.h"
#include "tracestore/export/slice_layout.h"

#include <cstdlib>

namespace tracestore {
namespace {

    /// Nanoseconds as the microseconds of the format, without loss.
    std::string microseconds(std::int64_t ns)
    {
        const auto [whole, rest] = std::lldiv(ns, 1000);
        std::string text = ns < 0 && whole == 0 ? "-0" : std::to_string(whole);
        const auto fraction = static_cast<unsigned>(std::abs(rest));
        if (fraction == 0)
            return text;
        std::string digits = std::to_string(1000 + fraction).substr(1);
        digits.erase(digits.find_last_not_of('0') + 1);
        return text + '.' + digits;
    }

    /// A number that other tools show as the id of a process or thread; 0 means idle to some.
    std::size_t shownNumber(std::size_t index)
    {
        return index + 1;
    }

    class ChromeTraceWriter
    {
    public:
        ChromeTraceWriter(const Trace& trace, ByteSink& sink, Job& job)
            : m_trace(trace)
            , m_layout(layOutSlices(trace))
            , m_buffer(sink)
            , m_job(job)
        { }

        Result<void> write()
        {
            m_buffer.text() += R"({"displayTimeUnit":"ms","otherData":)";
            writeOrigin();
            m_buffer.text() += ",\"traceEvents\":[";
            writeNames();
            auto done = writeSlices();
            if (!done)
                return done;
            writeFlows();
            m_buffer.text() += "\n]}\n";
            return m_buffer.flush();
        }

    private:
        void writeOrigin()
        {
            JsonWriter(m_buffer.text())
                .beginObject()
                .member("source_format", m_trace.origin().formatName)
                .memberIfAny("producer", m_trace.origin().producerName)
                .memberIfAny("producer_version", m_trace.origin().producerVersion)
                .endObject();
        }

        /// An event of the list, which `fill` completes.
        template<class Fill>
        void event(std::string_view phase, std::uint32_t thread, Fill&& fill)
        {
            m_buffer.text() += m_isFirst ? "\n" : ",\n";
            m_isFirst = false;
            JsonWriter json(m_buffer.text());
            json.beginObject()
                .member("ph", phase)
                .member("pid", shownNumber(m_layout.threads[thread].session.index()))
                .member("tid", shownNumber(thread));
            fill(json);
            json.endObject();
        }

        void writeName(std::uint32_t thread, std::string_view what, std::string_view name)
        {
            event("M", thread, [&](JsonWriter& json) {
                json.member("name", what).key("args").beginObject().member("name", name);
                json.endObject();
            });
        }

        [[nodiscard]] std::string threadName(const SliceThread& thread) const
        {
            std::string name = thread.agent.isValid() ? m_trace.agent(thread.agent).name : "";
            if (name.empty())
                name = "steps";
            return thread.row == 0 ? name : name + " (" + std::to_string(thread.row + 1) + ')';
        }

        void writeNames()
        {
            SessionId named;
            for (std::uint32_t i = 0; i < m_layout.threads.size(); ++i) {
                const SliceThread& thread = m_layout.threads[i];
                if (thread.session != named) {
                    const Session& session = m_trace.session(thread.session);
                    writeName(
                        i, "process_name", session.title.empty() ? session.key : session.title);
                }
                named = thread.session;
                writeName(i, "thread_name", threadName(thread));
                event("M", i, [&](JsonWriter& json) {
                    json.member("name", "thread_sort_index").key("args").beginObject();
                    json.member("sort_index", i).endObject();
                });
            }
        }

        void writeTokens(JsonWriter& json, const TokenUsage& usage) const
        {
            json.memberIfAny("tokens_input", usage.input)
                .memberIfAny("tokens_cache_read", usage.cacheRead)
                .memberIfAny("tokens_cache_write", usage.cacheWrite)
                .memberIfAny("tokens_output", usage.output)
                .memberIfAny("tokens_reasoning", usage.reasoning);
        }

        void writeArguments(JsonWriter& json, const Slice& slice) const
        {
            const SpanId span = slice.span;
            json.key("args").beginObject();
            json.member("step", span.index()).member("status", toWord(m_trace.status(span)));
            if (slice.isOrderOnly || !m_trace.start(span))
                json.member("time", "not recorded");
            else if (slice.isPoint)
                json.member("end", "not recorded");
            json.memberIfAny("model", m_trace.model(span))
                .memberIfAny("provider", m_trace.provider(span))
                .memberIfAny("tool_call_id", m_trace.toolCallId(span))
                .memberIfAny("id", m_trace.origId(span))
                .memberIfAny("source_kind", m_trace.origKind(span));
            if (const TokenUsage* usage = m_trace.usage(span))
                writeTokens(json, *usage);
            if (const Cost* cost = m_trace.cost(span))
                json.member("cost", cost->amount).member("currency", cost->currency);
            if (const SpanError* error = m_trace.error(span))
                json.memberIfAny("error_type", error->type).member("error", error->message);
            json.endObject();
        }

        void writeSlice(const Slice& slice)
        {
            event(slice.isPoint ? "i" : "X", slice.thread, [&](JsonWriter& json) {
                json.member("cat", toWord(m_trace.kind(slice.span)));
                json.member("name", m_trace.name(slice.span));
                json.key("ts").json(microseconds(slice.start));
                if (slice.isPoint)
                    json.member("s", "t");
                else
                    json.key("dur").json(microseconds(slice.end - slice.start));
                // Red where the viewer knows the name.
                if (m_trace.status(slice.span) == SpanStatus::Error)
                    json.member("cname", "terrible");
                writeArguments(json, slice);
            });
        }

        Result<void> writeSlices()
        {
            m_job.expect(m_layout.slices.size());
            for (const Slice& slice : m_layout.slices) {
                if (m_job.isCancelled())
                    return cancelled();
                writeSlice(slice);
                m_job.advance(1);
                if (auto done = m_buffer.flushIfFull(); !done)
                    return done;
            }
            return {};
        }

        void writeFlow(std::string_view phase, const Slice& at, std::size_t id, LinkKind kind)
        {
            event(phase, at.thread, [&](JsonWriter& json) {
                json.member("cat", "link").member("name", toWord(kind)).member("id", id);
                json.key("ts").json(microseconds(at.start));
                if (phase == "f")
                    json.member("bp", "e");
            });
        }

        /// Arrows bind to the slices that they begin and end in.
        void writeFlows()
        {
            std::vector<const Slice*> sliceOf(m_trace.spanCount());
            for (const Slice& slice : m_layout.slices)
                sliceOf[slice.span.index()] = &slice;
            std::size_t id = 0;
            for (const SpanLink& link : m_trace.links()) {
                const Slice* from = link.from.isValid() ? sliceOf[link.from.index()] : nullptr;
                const Slice* to = link.to.isValid() ? sliceOf[link.to.index()] : nullptr;
                if (from == nullptr || to == nullptr)
                    continue;
                writeFlow("s", *from, ++id, link.kind);
                writeFlow("f", *to, id, link.kind);
            }
        }

        const Trace& m_trace;
        SliceLayout m_layout;
        ExportBuffer m_buffer;
        Job& m_job;
        bool m_isFirst = true;
    };

} // namespace

Result<void> ChromeTraceExporter::write(const Trace& trace, ByteSink& sink, Job& job) const
{
    return ChromeTraceWriter(trace, sink, job).write();
}

} // namespace tracestore
