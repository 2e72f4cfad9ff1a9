#include "tracestore/import/otel/otel_titles.h"

#include "tracestore/import/reading/short_text.h"

namespace tracestore {
namespace {

    /// Bytes of records that may be read for titles: an import is not to wait for them.
    constexpr std::uint64_t kMaxRead = std::uint64_t {4} << 20U;

    /// The first root and the first model call of a session.
    struct Beginning
    {
        SpanId root;
        SpanId call;
    };

    std::vector<Beginning> beginningsOf(TraceBuilder& builder)
    {
        const SpanColumns& columns = builder.columns();
        std::vector<Beginning> all(builder.sessionCount());
        for (std::size_t i = 0; i < columns.size(); ++i) {
            Beginning& session = all[columns.session[i].index()];
            if (!columns.parent[i].isValid() && !session.root.isValid())
                session.root = SpanId(i);
            if (columns.kind[i] == SpanKind::Llm
                && (!session.call.isValid()
                    || columns.start[i] < columns.start[session.call.index()]))
                session.call = SpanId(i);
        }
        return all;
    }

    std::uint64_t sizeOf(const SpanColumns& columns, SpanId span)
    {
        std::uint64_t size = 0;
        for (std::uint32_t i = 0; i < columns.rawCount[span.index()]; ++i)
            size += columns.raws[columns.firstRaw[span.index()] + i].length;
        return size;
    }

} // namespace

void giveTitles(TraceBuilder& builder, const PayloadSource& payloads)
{
    const SpanColumns& columns = builder.columns();
    const std::vector<Beginning> beginnings = beginningsOf(builder);
    std::uint64_t toRead = kMaxRead;
    for (std::size_t i = 0; i < beginnings.size(); ++i) {
        std::string& title = builder.session(SessionId(i)).title;
        const auto& [root, call] = beginnings[i];
        if (!title.empty())
            continue;
        const std::uint64_t size = call.isValid() ? sizeOf(columns, call) : 0;
        if (call.isValid() && size <= toRead) {
            toRead -= size;
            // Where it fails, whoever looks at the call is told why.
            if (const auto detail = payloads.detail(call))
                title = questionIn(detail->input);
        }
        if (title.empty() && root.isValid())
            title = shortened(builder.text(columns.name[root.index()]), kMaxSessionTitle);
    }
}

std::string questionIn(const std::vector<Message>& messages)
{
    for (const Message& message : messages) {
        const std::string text = plainText(message);
        const std::size_t start = text.find_first_not_of(" \t\r\n");
        const bool isProse = start != std::string::npos && text[start] != '{' && text[start] != '[';
        if (message.role == Role::User && isProse)
            return shortened(text, kMaxSessionTitle);
    }
    return {};
}

} // namespace tracestore
