#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tracestore {

/// One event of a server that streams: `event:` and `data:` lines up to a blank line.
struct SseEvent
{
    std::string name; ///< empty where the stream does not name it
    std::string data; ///< several data lines are joined by line feeds
};

/// Takes server-sent events apart, however the bytes were cut on their way: inside a line, inside
/// CR LF, inside a character. Comments, ids and retry times are passed over. One thread.
class SseReader
{
public:
    /// Takes the next bytes and gives the events that they complete.
    std::vector<SseEvent> feed(std::string_view bytes);

    /// The stream has ended. Gives an event that no blank line closed: a recorder may have cut it.
    std::vector<SseEvent> finish();

    /// Whether a text looks like server-sent events.
    static bool isSse(std::string_view head);

private:
    void endLine(std::vector<SseEvent>& events);

    std::string m_line;
    SseEvent m_event;
    bool m_hasData = false;
    bool m_wasCarriageReturn = false;
    bool m_isFirstLine = true;
};

} // namespace tracestore
