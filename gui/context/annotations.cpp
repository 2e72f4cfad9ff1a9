#include "gui/context/annotations.h"

#include "gui/theme/format.h"

#include <QDateTime>
#include <QJsonObject>
#include <QUuid>

namespace gui {

using namespace Qt::StringLiterals;
using tracestore::Annotation;
using tracestore::AnnotationKind;
using tracestore::SpanId;

namespace {

    Annotation bookmarkOf(const tracestore::StepAddress& address)
    {
        Annotation mark;
        mark.key = bookmarkKey(address);
        mark.kind = AnnotationKind::Bookmark;
        mark.step = address;
        mark.written = {QDateTime::currentMSecsSinceEpoch() * 1'000'000};
        return mark;
    }

} // namespace

Annotations::Annotations(tracestore::TracePtr trace, QObject* parent)
    : QObject(parent)
    , m_trace(std::move(trace))
    , m_book(std::make_shared<AnnotationBook>(std::filesystem::path(), std::filesystem::path()))
    , m_bookmarks(m_trace)
    , m_noted(m_trace)
{
    connect(m_book.get(), &AnnotationBook::changed, this, &Annotations::update);
}

Annotations::~Annotations() = default;

void Annotations::setBook(std::shared_ptr<AnnotationBook> book)
{
    m_book->disconnect(this);
    m_book = std::move(book);
    connect(m_book.get(), &AnnotationBook::changed, this, &Annotations::update);
    update();
}

void Annotations::setTrace(tracestore::TracePtr trace)
{
    m_bookmarks.setTrace(trace);
    m_noted.setTrace(trace);
    m_trace = std::move(trace);
    // A step that was not there may have come.
    bool hasFound = false;
    for (Entry& entry : m_entries) {
        if (entry.step.isValid() || !entry.annotation.step)
            continue;
        entry.step = findStep(*m_trace, *entry.annotation.step);
        countStep(entry);
        hasFound = hasFound || entry.step.isValid();
    }
    if (hasFound)
        emit changed();
}

void Annotations::countStep(const Entry& entry)
{
    if (!entry.step.isValid())
        return;
    const bool isBookmark = entry.annotation.kind == AnnotationKind::Bookmark;
    (isBookmark ? m_bookmarks : m_noted).add(entry.step);
}

void Annotations::update()
{
    m_entries.clear();
    m_bookmarks.clear();
    m_noted.clear();
    for (Annotation& one : m_book->annotations()) {
        Entry entry {std::move(one), {}};
        if (entry.annotation.step)
            entry.step = findStep(*m_trace, *entry.annotation.step);
        countStep(entry);
        m_entries.push_back(std::move(entry));
    }
    emit changed();
}

std::vector<Annotation> Annotations::notesOf(SpanId step) const
{
    std::vector<Annotation> notes;
    if (!m_noted.contains(step))
        return notes;
    for (const Entry& entry : m_entries) {
        if (entry.step == step && entry.annotation.kind == AnnotationKind::Note)
            notes.push_back(entry.annotation);
    }
    return notes;
}

void Annotations::toggleBookmark(SpanId step)
{
    if (!step.isValid())
        return;
    std::vector<std::string> keys;
    for (const Entry& entry : m_entries) {
        if (entry.step == step && entry.annotation.kind == AnnotationKind::Bookmark)
            keys.push_back(entry.annotation.key);
    }
    if (!keys.empty()) {
        remove(keys);
        return;
    }
    m_book->change(tr("Set Bookmark"), {bookmarkOf(addressOf(*m_trace, step))});
}

void Annotations::addNote(SpanId step, const QString& text)
{
    Annotation note;
    note.key = "note-" + QUuid::createUuid().toString(QUuid::Id128).toStdString();
    note.written = {QDateTime::currentMSecsSinceEpoch() * 1'000'000};
    note.author = qEnvironmentVariable("USER").toStdString();
    if (step.isValid())
        note.step = addressOf(*m_trace, step);
    note.text = text.toStdString();
    m_book->change(tr("Add Note"), {std::move(note)});
}

void Annotations::changeNote(const std::string& key, const QString& text)
{
    const Annotation* const known = m_book->find(key);
    if (known == nullptr || known->text == text.toStdString())
        return;
    Annotation note = *known;
    note.text = text.toStdString();
    m_book->change(tr("Change Note"), {std::move(note)});
}

void Annotations::remove(const std::vector<std::string>& keys)
{
    std::vector<Annotation> changes;
    bool isBookmark = true;
    for (const std::string& key : keys) {
        const Annotation* const known = m_book->find(key);
        if (known == nullptr)
            continue;
        changes.push_back(*known);
        changes.back().isRemoved = true;
        isBookmark = isBookmark && known->kind == AnnotationKind::Bookmark;
    }
    m_book->change(isBookmark ? tr("Remove Bookmark") : tr("Remove Note"), std::move(changes));
}

void Annotations::takeOver(const QJsonArray& marks)
{
    std::vector<Annotation> found;
    for (const QJsonValue& mark : marks) {
        const tracestore::StepAddress address {mark[u"step"_s].toInteger(-1),
                                               mark[u"name"_s].toString().toStdString(),
                                               mark[u"trace"_s].toString().toStdString(),
                                               mark[u"id"_s].toString().toStdString()};
        if (const SpanId step = findStep(*m_trace, address); step.isValid())
            found.push_back(bookmarkOf(addressOf(*m_trace, step)));
    }
    if (!found.empty())
        m_book->apply(std::move(found));
}

} // namespace gui
