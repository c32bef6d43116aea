// How long a tree takes if nothing is done but the system calls that nobody can do without: no options, no checks, no
// order, no messages. What arsync takes longer is its own; the rest is the kernel's.
//
//   g++ -std=c++23 -O2 -pthread bench/bare_calls.cc -o /tmp/bare_calls
//   /tmp/bare_calls compare SRC DST [THREADS]    statx(2) of every name on both sides
//   /tmp/bare_calls copy SRC DST [THREADS]       small files and directories, to a DST that is not there
//
// Threads (2 unless told) take directories in turn, and of large directories 256 names in turn, as arsync does.
#include <dirent.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace {

constexpr std::size_t kPiece = 256;  // names
constexpr std::size_t kBuffer = std::size_t{256} << 10;

struct Name {
    std::string text;
    unsigned char type;
};

struct Folder {
    Folder(int the_source, int the_target, bool is_copied) : source(the_source), target(the_target), copied(is_copied)
    {
    }
    ~Folder()
    {
        struct stat facts;
        if (copied && fstat(source, &facts) == 0) {
            const timespec times[] = {{0, UTIME_OMIT}, facts.st_mtim};
            futimens(target, times);
        }
        close(source);
        close(target);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    const int source;
    const int target;
    const bool copied;
    std::vector<Name> names;
};

struct Piece {
    std::shared_ptr<Folder> folder;
    std::size_t begin;
};

class Walk {
public:
    Walk(bool copies, int source, int target) : copies_(copies) { list(source, target); }

    void work()
    {
        std::vector<char> buffer(kBuffer);
        std::unique_lock lock(mutex_);
        for (;;) {
            changed_.wait(lock, [this] { return !pieces_.empty() || busy_ == 0; });
            if (pieces_.empty()) break;
            Piece piece = std::move(pieces_.back());
            pieces_.pop_back();
            ++busy_;
            lock.unlock();
            const auto& names = piece.folder->names;
            const auto end = std::min(names.size(), piece.begin + kPiece);
            for (auto i = piece.begin; i < end; ++i) visit(*piece.folder, names[i], buffer);
            piece.folder.reset();  // not under the lock: whoever has the last piece finishes the directory
            lock.lock();
            --busy_;
        }
        changed_.notify_all();  // nothing is left, for anybody
    }

private:
    void list(int source, int target)
    {
        auto folder = std::make_shared<Folder>(source, target, copies_);
        DIR* const stream = fdopendir(dup(source));
        while (const dirent* const entry = readdir(stream)) {
            if (std::strcmp(entry->d_name, ".") != 0 && std::strcmp(entry->d_name, "..") != 0)
                folder->names.push_back({entry->d_name, entry->d_type});
        }
        closedir(stream);
        std::ranges::sort(folder->names, {}, &Name::text);
        const std::lock_guard lock(mutex_);
        for (std::size_t begin = 0; begin < folder->names.size(); begin += kPiece) pieces_.push_back({folder, begin});
        changed_.notify_one();
    }

    void visit(const Folder& folder, const Name& name, std::vector<char>& buffer)
    {
        const char* const text = name.text.c_str();
        struct statx facts;
        if (name.type == DT_DIR) {
            if (copies_) mkdirat(folder.target, text, 0755);
            list(openat(folder.source, text, O_RDONLY | O_DIRECTORY),
                 openat(folder.target, text, O_RDONLY | O_DIRECTORY));
        } else if (!copies_) {
            statx(folder.source, text, AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, &facts);
            statx(folder.target, text, AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, &facts);
        } else if (name.type == DT_REG) {
            copy(folder, text, buffer);
        }
    }

    static void copy(const Folder& folder, const char* name, std::vector<char>& buffer)
    {
        const int source = openat(folder.source, name, O_RDONLY | O_NOFOLLOW);
        struct stat facts;
        fstat(source, &facts);
        const int target = openat(folder.target, name, O_WRONLY | O_CREAT | O_EXCL, facts.st_mode & 07777);
        for (ssize_t count = 0; (count = read(source, buffer.data(), buffer.size())) > 0;) {
            if (write(target, buffer.data(), static_cast<std::size_t>(count)) != count) std::abort();
            if (count < static_cast<ssize_t>(buffer.size())) break;
        }
        const timespec times[] = {{0, UTIME_OMIT}, facts.st_mtim};
        futimens(target, times);
        close(target);
        close(source);
    }

    const bool copies_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<Piece> pieces_;
    int busy_ = 0;
};

double seconds(const timeval& time)
{
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

}  // namespace

int main(int count, char** words)
{
    if (count < 4) {
        std::fprintf(stderr, "usage: bare_calls compare|copy SRC DST [THREADS]\n");
        return 2;
    }
    const bool copies = std::strcmp(words[1], "copy") == 0;
    const auto started = std::chrono::steady_clock::now();
    if (copies) mkdir(words[3], 0755);
    Walk walk(copies, open(words[2], O_RDONLY | O_DIRECTORY), open(words[3], O_RDONLY | O_DIRECTORY));
    std::vector<std::jthread> threads(static_cast<std::size_t>(count > 4 ? std::atoi(words[4]) : 2));
    for (auto& thread : threads) thread = std::jthread([&walk] { walk.work(); });
    threads.clear();
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - started;
    rusage used;
    getrusage(RUSAGE_SELF, &used);
    std::printf("%.3f s, CPU %.3f s\n", wall.count(), seconds(used.ru_utime) + seconds(used.ru_stime));
}
