#pragma once

#include <cstddef>
#include <limits>
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
/// CR LF, inside a character. Comments, ids and retry times are passed over. An event with a line
/// or with data over a limit is dropped whole and counted; no more than that is held. One thread.
class SseReader
{
public:
    explicit SseReader(std::size_t longest = std::numeric_limits<std::size_t>::max())
        : m_longest(longest)
    { }

    /// Takes the next bytes and gives the events that they complete.
    std::vector<SseEvent> feed(std::string_view bytes);

    /// The stream has ended. Gives an event that no blank line closed: a recorder may have cut it.
    std::vector<SseEvent> finish();

    /// How many events were too long.
    [[nodiscard]] std::size_t dropped() const { return m_dropped; }

    /// Whether a text looks like server-sent events.
    static bool isSse(std::string_view head);

private:
    void addToLine(std::string_view bytes);
    void endLine(std::vector<SseEvent>& events);
    void endEvent(std::vector<SseEvent>& events);
    void addData(std::string_view value);

    std::size_t m_longest;
    std::size_t m_dropped = 0;
    bool m_isTooLong = false; ///< the event that is being read
    std::string m_line;
    SseEvent m_event;
    bool m_hasData = false;
    bool m_wasCarriageReturn = false;
    bool m_isFirstLine = true;
};

} // namespace tracestore
