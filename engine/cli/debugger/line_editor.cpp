#include "engine/cli/debugger/line_editor.h"

#include <algorithm>
#include <cstdio>
#include <histedit.h>
#include <poll.h>
#include <unistd.h>

namespace engine::cli {
namespace {

    constexpr int kHistoryLines = 1'000;

    std::size_t commonLength(const std::vector<std::string>& words)
    {
        std::size_t length = words.front().size();
        for (const std::string& word : words) {
            const auto ends = std::mismatch(
                words.front().begin(),
                words.front().begin() + static_cast<std::ptrdiff_t>(std::min(length, word.size())),
                word.begin());
            length = static_cast<std::size_t>(ends.first - words.front().begin());
        }
        return length;
    }

    /// The end of the line that is being completed.
    std::string_view lastWord(std::string_view line)
    {
        const std::size_t blank = line.find_last_of(" \t");
        return blank == std::string_view::npos ? line : line.substr(blank + 1);
    }

    /// Whether the other end of a terminal was closed.
    bool hasGone(int descriptor)
    {
        pollfd state {.fd = descriptor, .events = POLLIN, .revents = 0};
        return ::poll(&state, 1, 0) > 0 && (state.revents & (POLLHUP | POLLERR | POLLNVAL)) != 0;
    }

} // namespace

/// libedit with what it needs: plain C, which calls back with the pointer that it was given.
struct LineEditor::Terminal
{
    explicit Terminal(Completer completeWith, std::filesystem::path historyFile)
        : completer(std::move(completeWith))
        , file(std::move(historyFile))
        , edit(el_init("kymo", stdin, stdout, stderr))
        , history(history_init())
    {
        HistEvent event;
        ::history(history, &event, H_SETSIZE, kHistoryLines);
        ::history(history, &event, H_SETUNIQUE, 1);
        if (!file.empty())
            ::history(history, &event, H_LOAD, file.c_str());
        el_set(edit, EL_CLIENTDATA, this);
        el_set(edit, EL_PROMPT, &Terminal::promptOf);
        el_set(edit, EL_EDITOR, "emacs");
        el_set(edit, EL_SIGNAL, 0); // Ctrl+C is ours
        el_set(edit, EL_HIST, ::history, history);
        el_set(edit, EL_ADDFN, "kymo-complete", "Complete the word", &Terminal::complete);
        el_set(edit, EL_BIND, "^I", "kymo-complete", nullptr);
        el_set(edit, EL_BIND, "^R", "em-inc-search-prev", nullptr);
        el_source(edit, nullptr);
    }

    Terminal(const Terminal&) = delete;
    Terminal& operator=(const Terminal&) = delete;

    ~Terminal()
    {
        HistEvent event;
        if (!file.empty())
            ::history(history, &event, H_SAVE, file.c_str()); // readable for this user only
        history_end(history);
        el_end(edit);
    }

    static char* promptOf(EditLine* edit) { return self(edit).prompt.data(); }

    static Terminal& self(EditLine* edit)
    {
        void* data = nullptr;
        el_get(edit, EL_CLIENTDATA, &data);
        return *static_cast<Terminal*>(data);
    }

    static unsigned char complete(EditLine* edit, int) { return self(edit).completeWord(); }

    [[nodiscard]] std::string typed() const
    {
        const LineInfo* line = el_line(edit);
        return {line->buffer, line->lastchar};
    }

    [[nodiscard]] unsigned char completeWord() const
    {
        const LineInfo* info = el_line(edit);
        const std::string line(info->buffer, info->cursor);
        const std::vector<std::string> words = completer(line);
        if (words.empty())
            return CC_REFRESH_BEEP;
        const std::size_t typedLength = lastWord(line).size();
        const std::size_t length = commonLength(words);
        const std::string more = words.front().substr(std::min(typedLength, length),
                                                      length - std::min(typedLength, length));
        if (!more.empty() || words.size() == 1) {
            el_insertstr(edit, (words.size() == 1 ? more + ' ' : more).c_str());
            return CC_REFRESH;
        }
        std::string all = "\n";
        for (const std::string& word : words)
            all += word + "  ";
        all += '\n';
        std::fputs(all.c_str(), stdout);
        return CC_REDISPLAY;
    }

    void setOpen(bool isWanted)
    {
        if (std::exchange(isOpen, isWanted) != isWanted)
            el_set(edit, EL_UNBUFFERED, isWanted ? 1 : 0);
    }

    void keep(const std::string& line) const
    {
        HistEvent event;
        if (line.find_first_not_of(" \t") != std::string::npos)
            ::history(history, &event, H_ENTER, line.c_str());
    }

    Completer completer;
    std::filesystem::path file;
    EditLine* edit;
    History* history;
    std::string prompt;
    std::string hidden; ///< what was typed when the line was hidden
    bool isOpen = false; ///< the terminal is in libedit's hands
};

LineEditor::LineEditor(Completer completer, std::filesystem::path history)
    : m_terminal(std::make_unique<Terminal>(std::move(completer), std::move(history)))
    , m_notifier(STDIN_FILENO, QSocketNotifier::Read)
{
    m_notifier.setEnabled(false);
    connect(&m_notifier, &QSocketNotifier::activated, this, &LineEditor::read);
}

LineEditor::~LineEditor()
{
    m_terminal->setOpen(false);
}

void LineEditor::want(const std::string& prompt)
{
    m_terminal->prompt = prompt;
    m_terminal->setOpen(true);
    m_notifier.setEnabled(true);
}

void LineEditor::hide()
{
    if (!m_terminal->isOpen)
        return;
    m_terminal->hidden = m_terminal->typed();
    m_notifier.setEnabled(false);
    m_terminal->setOpen(false);
    std::fputs("\r\033[K", stdout);
    std::fflush(stdout);
}

void LineEditor::show()
{
    m_terminal->setOpen(true);
    if (const std::string typed = std::exchange(m_terminal->hidden, {}); !typed.empty()) {
        el_insertstr(m_terminal->edit, typed.c_str());
        std::fputs("\r\033[K", stdout); // the prompt is there, and comes again with the text
        std::fflush(stdout);
        el_set(m_terminal->edit, EL_REFRESH);
    }
    m_notifier.setEnabled(true);
}

void LineEditor::discard()
{
    if (!m_terminal->isOpen)
        return;
    m_terminal->setOpen(false);
    std::fputs("\n", stdout);
    std::fflush(stdout);
    m_terminal->setOpen(true);
}

/// One key; the line where that ends it.
void LineEditor::read()
{
    int count = 0;
    const char* typed = el_gets(m_terminal->edit, &count);
    const bool isEmpty = typed == nullptr || count <= 0; // what is before the cursor
    const bool hasEnded = isEmpty ? hasGone(STDIN_FILENO)
                                  : count == 1 && typed[0] == '\x04'; // Ctrl+D on an empty line
    if (!hasEnded && (isEmpty || (typed[count - 1] != '\n' && typed[count - 1] != '\r')))
        return;
    const std::string line = hasEnded ? std::string() : std::string(typed, typed + count - 1);
    m_notifier.setEnabled(false);
    m_terminal->setOpen(false);
    if (hasEnded) {
        emit ended();
        return;
    }
    m_terminal->keep(line);
    emit came(line);
}

} // namespace engine::cli
