#pragma once

#include "gui/context/annotation_book.h"
#include "gui/context/span_set.h"

#include <QJsonArray>

namespace gui {

/// The notes and bookmarks of a book as they belong to the steps of a trace. GUI thread.
class Annotations : public QObject
{
    Q_OBJECT

public:
    /// With a book of its own that keeps nothing, until setBook().
    explicit Annotations(tracestore::TracePtr trace, QObject* parent = nullptr);
    ~Annotations() override;

    void setBook(std::shared_ptr<AnnotationBook> book);

    [[nodiscard]] AnnotationBook& book() const { return *m_book; }

    /// Takes the trace as it has grown; see isGrownFrom().
    void setTrace(tracestore::TracePtr trace);

    struct Entry
    {
        tracestore::Annotation annotation;
        tracestore::SpanId step; ///< invalid: it is about a session or all, or its step is gone
    };

    /// In the order in which they were written.
    [[nodiscard]] const std::vector<Entry>& entries() const { return m_entries; }

    /// The steps with a bookmark, and those with notes.
    [[nodiscard]] const SpanSet& bookmarks() const { return m_bookmarks; }

    [[nodiscard]] const SpanSet& noted() const { return m_noted; }

    /// The notes of a step, one after another.
    [[nodiscard]] std::vector<tracestore::Annotation> notesOf(tracestore::SpanId step) const;

    // Each of these is a step of undo.

    void toggleBookmark(tracestore::SpanId step);
    /// About all of the trace where there is no step.
    void addNote(tracestore::SpanId step, const QString& text);
    void changeNote(const std::string& key, const QString& text);
    void remove(const std::vector<std::string>& keys);

    /// Bookmarks as the settings of the desktop kept them before: takes over those whose steps are
    /// found. Cannot be undone.
    void takeOver(const QJsonArray& marks);

signals:
    void changed();

private:
    void update();
    void countStep(const Entry& entry);

    tracestore::TracePtr m_trace;
    std::shared_ptr<AnnotationBook> m_book; ///< never null
    std::vector<Entry> m_entries;
    SpanSet m_bookmarks;
    SpanSet m_noted;
};

} // namespace gui
