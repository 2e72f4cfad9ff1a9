#include "gui/notes/notes_model.h"

#include "gui/context/session_context.h"
#include "gui/theme/format.h"
#include "gui/theme/theme.h"
#include "gui/theme/words.h"

#include <QDateTime>
#include <QLocale>
#include <QSize>

namespace gui {

using namespace Qt::StringLiterals;
using tracestore::Annotation;
using tracestore::AnnotationKind;

namespace {

    constexpr int kLineLetters = 300;

    QString writtenText(const Annotation& note)
    {
        const auto time = QDateTime::fromMSecsSinceEpoch(note.written.ns / 1'000'000);
        QString text = QLocale().toString(time, QLocale::ShortFormat);
        if (!note.author.empty())
            text += u", "_s + singleLine(note.author, 40);
        return text;
    }

    /// What is in the column of texts.
    QString lineOf(const Annotation& note)
    {
        const QString text = singleLine(note.text, kLineLetters);
        return note.name.empty() ? text : QString(singleLine(note.name, 60) + u": "_s + text);
    }

} // namespace

NotesModel::NotesModel(SessionContext& context, QObject* parent)
    : QAbstractTableModel(parent)
    , m_context(context)
    , m_count(context.annotations().entries().size())
{
    connect(&context.annotations(), &Annotations::changed, this, &NotesModel::update);
}

void NotesModel::update()
{
    beginResetModel();
    m_count = m_context.annotations().entries().size();
    endResetModel();
}

int NotesModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_count);
}

int NotesModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString NotesModel::stepText(std::size_t row) const
{
    const auto& entry = m_context.annotations().entries()[row];
    const auto& trace = *m_context.trace();
    if (entry.step.isValid()) {
        const QString name = singleLine(trace.name(entry.step), 120);
        return u'#' + QString::number(entry.step.value) + u"  "_s
            + (name.isEmpty() ? kindName(trace.kind(entry.step)) : name);
    }
    if (entry.annotation.step)
        return tr("not in this trace: %1").arg(singleLine(entry.annotation.step->name, 120));
    return entry.annotation.session.empty()
        ? tr("all of the trace")
        : tr("session %1").arg(singleLine(entry.annotation.session, 120));
}

QVariant NotesModel::data(const QModelIndex& index, int role) const
{
    const auto& entries = m_context.annotations().entries();
    const auto row = static_cast<std::size_t>(index.row());
    if (!index.isValid() || row >= entries.size())
        return {};
    const Annotation& note = entries[row].annotation;
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
        if (index.column() == StepColumn)
            return stepText(row);
        return index.column() == TextColumn ? lineOf(note) : writtenText(note);
    case Qt::DecorationRole:
        if (index.column() != StepColumn)
            return {};
        return m_context.theme().icon(note.kind == AnnotationKind::Bookmark ? u"pin"_s : u"note"_s,
                                      ColorRole::Accent);
    case Qt::SizeHintRole:
        return QSize(0, metrics::kRowHeight);
    case SpanRole:
        return entries[row].step.value;
    case KeyRole:
        return QByteArray::fromStdString(note.key);
    case IsNoteRole:
        return note.kind != AnnotationKind::Bookmark;
    case WholeTextRole:
        return QString(stepText(row) + u'\n' + toText(note.name) + u'\n' + toText(note.text) + u'\n'
                       + toText(note.author));
    default:
        return {};
    }
}

QVariant NotesModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case StepColumn:
        return tr("Step");
    case TextColumn:
        return tr("Note");
    default:
        return tr("Written");
    }
}

} // namespace gui
