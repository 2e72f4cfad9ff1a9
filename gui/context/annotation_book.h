#pragma once

#include "tracestore/annotation/annotation_store.h"

#include <QObject>
#include <QPointer>
#include <QThreadPool>

#include <map>
#include <memory>

class QUndoStack;

namespace gui {

/// The notes and bookmarks of one file, the same for all tabs that show it. What the user changes
/// is here at once and is written on another thread, change after change. GUI thread; made by an
/// AnnotationShelf.
class AnnotationBook : public QObject, public std::enable_shared_from_this<AnnotationBook>
{
    Q_OBJECT

public:
    /// Begins to read. Nothing is kept where `file` is empty.
    AnnotationBook(std::filesystem::path file,
                   std::filesystem::path sidecars,
                   QUndoStack* undo = nullptr);
    ~AnnotationBook() override; ///< waits until all is written

    /// Those that are there, in the order in which they were written first.
    [[nodiscard]] std::vector<tracestore::Annotation> annotations() const;

    /// Null where there is none of that key.
    [[nodiscard]] const tracestore::Annotation* find(const std::string& key) const;

    [[nodiscard]] bool isRead() const { return m_isRead; }

    /// A sentence for the user: what could not be read, or is not where it should be; empty where
    /// all is well.
    [[nodiscard]] const QString& problem() const { return m_problem; }

    /// Takes these in the place of those of their keys, now.
    void apply(std::vector<tracestore::Annotation> changes);

    /// The same as a step of undo, named by `text`. Without a stack it cannot be undone.
    void change(const QString& text, std::vector<tracestore::Annotation> changes);

    /// What was noted while the file was recorded goes into it, where it is closed now.
    void settle() { write({}); }

    /// Something is being written: the file may change for that.
    [[nodiscard]] bool isWriting() const { return m_writing > 0; }

signals:
    void changed();
    void problemChanged();
    /// The file itself was written to: who watches it need not read it again.
    void fileWritten();

private:
    class ChangeCommand;

    void read();
    void write(std::vector<tracestore::Annotation> changes);
    void take(const tracestore::Result<tracestore::AnnotationStore::Reading>& reading);
    void setProblem(const std::string& problem);
    [[nodiscard]] std::vector<tracestore::Annotation>
    statesNow(const std::vector<tracestore::Annotation>& changes) const;

    tracestore::AnnotationStore m_store;
    bool m_isKept;
    QPointer<QUndoStack> m_undo;
    std::map<std::string, tracestore::Annotation> m_all; ///< by key, removed ones too
    bool m_isRead = false;
    int m_writing = 0;
    QString m_problem;
    QThreadPool m_pool;
};

/// The books of all open files. One for the program; GUI thread.
class AnnotationShelf
{
public:
    /// `undo` may be null.
    AnnotationShelf(std::filesystem::path sidecars, QUndoStack* undo);

    /// The book of a file, as annotatedFile() says; a new one where nobody has it.
    [[nodiscard]] std::shared_ptr<AnnotationBook> book(const std::filesystem::path& file);

    [[nodiscard]] const std::filesystem::path& sidecars() const { return m_sidecars; }

private:
    std::filesystem::path m_sidecars;
    QPointer<QUndoStack> m_undo;
    std::map<std::filesystem::path, std::weak_ptr<AnnotationBook>> m_books;
};

} // namespace gui
