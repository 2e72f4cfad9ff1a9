#include "engine/cli/terminal_line.h"

#include <unistd.h>
#include <utility>

namespace engine::cli {

void TerminalLine::read(Taker taker)
{
    m_line.clear();
    m_taker = std::move(taker);
    m_input = std::make_unique<QSocketNotifier>(STDIN_FILENO, QSocketNotifier::Read);
    connect(m_input.get(), &QSocketNotifier::activated, this, &TerminalLine::onInput);
}

void TerminalLine::stop()
{
    m_input.reset();
    m_line.clear();
    m_taker = nullptr;
}

void TerminalLine::onInput()
{
    char piece[4096];
    const ssize_t got = ::read(STDIN_FILENO, piece, sizeof piece);
    if (got > 0)
        m_line.append(piece, static_cast<std::size_t>(got));
    const std::size_t end = m_line.find('\n');
    if (got > 0 && end == std::string::npos)
        return;
    m_input->setEnabled(false);
    m_input.release()->deleteLater(); // it is telling
    const bool isOver = end == std::string::npos && m_line.empty();
    const auto line = isOver ? std::nullopt : std::optional(m_line.substr(0, end));
    std::exchange(m_taker, nullptr)(line);
}

} // namespace engine::cli
