#include "gui/debug/console_model.h"

#include "gui/debug/run_debugger.h"
#include "gui/theme/format.h"
#include "gui/theme/theme.h"

#include <QStringList>

namespace gui {

using namespace Qt::StringLiterals;

namespace {

    /// What a line begins with, so that its kind is not told by colour alone.
    QString lineMark(ConsoleModel::Kind kind)
    {
        switch (kind) {
        case ConsoleModel::Kind::Log:
            return u"◆ "_s;
        case ConsoleModel::Kind::Note:
            return u"· "_s;
        case ConsoleModel::Kind::Problem:
            return u"! "_s;
        case ConsoleModel::Kind::Tools:
            return u"  "_s;
        case ConsoleModel::Kind::Asked:
            return u"> "_s;
        case ConsoleModel::Kind::Value:
            return u"= "_s;
        }
        return {};
    }

    ColorRole lineRole(ConsoleModel::Kind kind)
    {
        switch (kind) {
        case ConsoleModel::Kind::Log:
            return ColorRole::Paused;
        case ConsoleModel::Kind::Problem:
            return ColorRole::Error;
        case ConsoleModel::Kind::Asked:
            return ColorRole::Accent;
        case ConsoleModel::Kind::Value:
            return ColorRole::Text;
        case ConsoleModel::Kind::Note:
        case ConsoleModel::Kind::Tools:
            return ColorRole::TextDim;
        }
        return ColorRole::Text;
    }

} // namespace

ConsoleModel::ConsoleModel(const Theme& theme, QObject* parent)
    : QAbstractListModel(parent)
    , m_theme(theme)
{ }

void ConsoleModel::add(Kind kind, const QString& text, const std::string& effect)
{
    constexpr qsizetype kMostLetters = 4000;
    const QStringList lines = visibleText(text).split(u'\n');
    const int first = rowCount();
    beginInsertRows({}, first, first + static_cast<int>(lines.size()) - 1);
    for (const QString& line : lines)
        m_lines.push_back({kind, line.left(kMostLetters), toText(effect)});
    endInsertRows();
    // Many at once: each removal moves what stands in the view.
    constexpr std::size_t kPortion = kMostLines / 10;
    if (m_lines.size() <= kMostLines + kPortion)
        return;
    const std::size_t excess = m_lines.size() - kMostLines;
    beginRemoveRows({}, 0, static_cast<int>(excess) - 1);
    m_lines.erase(m_lines.begin(), m_lines.begin() + static_cast<std::ptrdiff_t>(excess));
    endRemoveRows();
}

void ConsoleModel::takeLine(const engine::DebugLine& line)
{
    using engine::DebugLine;
    const Kind kind = line.kind == DebugLine::Kind::Log ? Kind::Log
        : line.kind == DebugLine::Kind::Problem         ? Kind::Problem
                                                        : Kind::Note;
    add(kind, toText(line.text), line.effect);
}

void ConsoleModel::takeValue(const engine::Evaluation& value)
{
    if (!value.problem.empty())
        add(Kind::Problem, toText(value.problem));
    else
        add(Kind::Value, value.value.empty() ? tr("not known here") : toText(value.value));
}

void ConsoleModel::follow(RunDebugger& debugger)
{
    connect(&debugger, &RunDebugger::logged, this, &ConsoleModel::takeLine);
    connect(&debugger, &RunDebugger::evaluated, this, &ConsoleModel::takeValue);
    connect(&debugger, &RunDebugger::lineWritten, this, [this](const QString& line) {
        add(Kind::Tools, line);
    });
}

void ConsoleModel::clear()
{
    beginResetModel();
    m_lines.clear();
    endResetModel();
}

int ConsoleModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_lines.size());
}

QVariant ConsoleModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const Line& line = m_lines[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        return QString(lineMark(line.kind) + line.text);
    case Qt::ForegroundRole:
        return m_theme.color(lineRole(line.kind));
    case KindRole:
        return static_cast<int>(line.kind);
    case EffectRole:
        return line.effect;
    default:
        return {};
    }
}

} // namespace gui
