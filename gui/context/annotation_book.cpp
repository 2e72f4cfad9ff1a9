#include "gui/context/annotation_book.h"

#include "gui/theme/format.h"

#include <QDateTime>
#include <QUndoStack>

#include <algorithm>

namespace gui {

using tracestore::Annotation;
using tracestore::AnnotationStore;
using tracestore::Result;
using tracestore::Timestamp;

namespace {

    Timestamp timeOfDay()
    {
        constexpr std::int64_t kNsPerMs = 1'000'000;
        return {QDateTime::currentMSecsSinceEpoch() * kNsPerMs};
    }

} // namespace

/// Keeps the states before and after; each is written anew when it is taken.
class AnnotationBook::ChangeCommand : public QUndoCommand
{
public:
    ChangeCommand(const QString& text,
                  std::shared_ptr<AnnotationBook> book,
                  std::vector<Annotation> before,
                  std::vector<Annotation> after)
        : QUndoCommand(text)
        , m_book(std::move(book))
        , m_before(std::move(before))
        , m_after(std::move(after))
    { }

    void undo() override { m_book->apply(m_before); }

    void redo() override { m_book->apply(m_after); }

private:
    std::shared_ptr<AnnotationBook> m_book;
    std::vector<Annotation> m_before;
    std::vector<Annotation> m_after;
};

AnnotationBook::AnnotationBook(std::filesystem::path file,
                               std::filesystem::path sidecars,
                               QUndoStack* undo)
    : m_store(file, std::move(sidecars))
    , m_isKept(!file.empty())
    , m_undo(undo)
    , m_isRead(file.empty())
{
    // One after another, in the order of the changes.
    m_pool.setMaxThreadCount(1);
    if (m_isKept)
        read();
}

AnnotationBook::~AnnotationBook()
{
    m_pool.waitForDone();
}

void AnnotationBook::read()
{
    ++m_writing;
    m_pool.start([this] {
        auto reading = std::make_shared<Result<AnnotationStore::Reading>>(m_store.read());
        // What was noted while the run was recorded goes into its file.
        const bool isMoved = *reading && (*reading)->isUnsettled && m_store.apply({});
        QMetaObject::invokeMethod(
            this,
            [this, reading, isMoved] {
                --m_writing;
                take(*reading);
                if (isMoved)
                    emit fileWritten();
            },
            Qt::QueuedConnection);
    });
}

void AnnotationBook::take(const Result<AnnotationStore::Reading>& reading)
{
    m_isRead = true;
    if (!reading) {
        setProblem(reading.error().message);
    } else {
        setProblem(reading->problem);
        std::vector<Annotation> both = reading->annotations;
        for (auto& [key, annotation] : m_all)
            both.push_back(std::move(annotation));
        m_all.clear();
        for (Annotation& one : mergeAnnotations(std::move(both)))
            m_all.emplace(one.key, one);
    }
    emit changed();
}

std::vector<Annotation> AnnotationBook::annotations() const
{
    std::vector<Annotation> there;
    for (const auto& [key, annotation] : m_all) {
        if (!annotation.isRemoved)
            there.push_back(annotation);
    }
    std::ranges::stable_sort(there, {}, &Annotation::written);
    return there;
}

const Annotation* AnnotationBook::find(const std::string& key) const
{
    const auto found = m_all.find(key);
    return found == m_all.end() || found->second.isRemoved ? nullptr : &found->second;
}

void AnnotationBook::apply(std::vector<Annotation> changes)
{
    for (Annotation& one : changes) {
        one.changed = timeOfDay();
        const auto known = m_all.find(one.key);
        if (known != m_all.end() && one.changed <= known->second.changed)
            one.changed = known->second.changed + tracestore::Duration {1};
        m_all.insert_or_assign(one.key, one);
    }
    emit changed();
    write(std::move(changes));
}

void AnnotationBook::write(std::vector<Annotation> changes)
{
    if (!m_isKept)
        return;
    ++m_writing;
    m_pool.start([this, changes = std::move(changes)] {
        auto applied = std::make_shared<Result<AnnotationStore::Applied>>(m_store.apply(changes));
        QMetaObject::invokeMethod(
            this,
            [this, applied] {
                --m_writing;
                setProblem(*applied ? (*applied)->problem : applied->error().message);
                if (*applied && (*applied)->isInFile)
                    emit fileWritten();
            },
            Qt::QueuedConnection);
    });
}

/// What the keys of some changes stand for; removed where they stand for nothing.
std::vector<Annotation> AnnotationBook::statesNow(const std::vector<Annotation>& changes) const
{
    std::vector<Annotation> states;
    for (const Annotation& change : changes) {
        const auto known = m_all.find(change.key);
        states.push_back(known == m_all.end() ? change : known->second);
        if (known == m_all.end())
            states.back().isRemoved = true;
    }
    return states;
}

void AnnotationBook::change(const QString& text, std::vector<Annotation> changes)
{
    if (changes.empty())
        return;
    if (m_undo == nullptr) {
        apply(std::move(changes));
        return;
    }
    auto before = statesNow(changes);
    m_undo->push(
        new ChangeCommand(text, shared_from_this(), std::move(before), std::move(changes)));
}

void AnnotationBook::setProblem(const std::string& problem)
{
    if (toText(problem) == m_problem)
        return;
    m_problem = toText(problem);
    emit problemChanged();
}

AnnotationShelf::AnnotationShelf(std::filesystem::path sidecars, QUndoStack* undo)
    : m_sidecars(std::move(sidecars))
    , m_undo(undo)
{ }

std::shared_ptr<AnnotationBook> AnnotationShelf::book(const std::filesystem::path& file)
{
    std::error_code ignored;
    const std::filesystem::path key
        = file.empty() ? file : std::filesystem::weakly_canonical(file, ignored);
    auto book = m_books[key].lock();
    if (book == nullptr) {
        book = std::make_shared<AnnotationBook>(file, m_sidecars, m_undo);
        m_books[key] = book;
    }
    return book;
}

} // namespace gui
