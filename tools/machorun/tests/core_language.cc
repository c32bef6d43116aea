// What the compiler and the C++ library need from a loader: unwinding, thread-locals, initializers, threads.
#include <atomic>
#include <barrier>
#include <chrono>
#include <coroutine>
#include <exception>
#include <filesystem>
#include <format>
#include <fstream>
#include <functional>
#include <future>
#include <iostream>
#include <latch>
#include <map>
#include <mutex>
#include <regex>
#include <semaphore>
#include <shared_mutex>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "core_check.h"

namespace {

struct Failure : std::runtime_error {
    explicit Failure(int value) : std::runtime_error("failure"), number(value) {}
    int number;
};

// Frames of many shapes: with variable arrays, saved registers, destructors, handlers that rethrow or throw anew.
[[gnu::noinline]] int descend(int depth, double x, const std::function<int(int)>& at_bottom)
{
    std::vector<char> padding(static_cast<std::size_t>(depth) * 100 + 1);
    std::map<int, std::string> strings{{depth, "x"}};
    try {
        if (depth == 0) return at_bottom(static_cast<int>(x));
        return descend(depth - 1, x + 1, at_bottom) + static_cast<int>(strings.size());
    } catch (Failure& failure) {
        if (depth % 3 == 0) throw Failure(failure.number + 1);
        throw;
    }
}

int fail_at_bottom(int value)
{
    throw Failure(value);
}

int failure_number(int depth, double x)
{
    try {
        descend(depth, x, fail_at_bottom);
    } catch (const std::runtime_error& error) {
        return dynamic_cast<const Failure&>(error).number;
    }
    return -1;
}

void check_exceptions()
{
    // The bottom adds nothing; each depth that is a multiple of 3, 0 included, adds 1.
    for (int i = 0; i < 500; ++i) CHECK(failure_number(i % 17, 1.5) == 1 + i % 17 + (i % 17) / 3 + 1);
    auto future = std::async(std::launch::async, []() -> int { throw Failure(7); });
    try {
        future.get();
        CHECK(false);
    } catch (const Failure& failure) {
        CHECK(failure.number == 7);
    }
}

struct Generator {
    struct promise_type {
        int value = 0;
        std::exception_ptr error;
        Generator get_return_object() { return {std::coroutine_handle<promise_type>::from_promise(*this)}; }
        std::suspend_always initial_suspend() noexcept { return {}; }
        std::suspend_always final_suspend() noexcept { return {}; }
        std::suspend_always yield_value(int next)
        {
            value = next;
            return {};
        }
        void return_void() {}
        void unhandled_exception() { error = std::current_exception(); }
    };
    std::coroutine_handle<promise_type> handle;
};

Generator count_and_fail(int n)
{
    for (int i = 0; i < n; ++i) co_yield i;
    throw Failure(99);
}

void check_coroutines()
{
    const Generator generator = count_and_fail(5);
    int sum = 0;
    for (generator.handle.resume(); !generator.handle.done(); generator.handle.resume()) {
        sum += generator.handle.promise().value;
    }
    CHECK(sum == 10);
    try {
        std::rethrow_exception(generator.handle.promise().error);
    } catch (const Failure& failure) {
        CHECK(failure.number == 99);
    }
    generator.handle.destroy();
}

std::atomic<int> destroyed = 0;
struct Counted {
    int value = 1;
    ~Counted() { ++destroyed; }
};
thread_local Counted counted;
thread_local std::vector<int> numbers;
thread_local int with_initial_value = 42;
alignas(64) thread_local char aligned[64];

void check_threads()
{
    constexpr int kThreads = 8;
    std::vector<std::thread> threads;
    std::atomic<int> failures = 0;
    std::atomic<int> sum = 0;
    std::latch latch(kThreads);
    std::barrier barrier(kThreads);
    std::counting_semaphore<kThreads> semaphore(2);
    std::shared_mutex shared;
    std::recursive_mutex recursive;
    std::once_flag once;
    int called_once = 0;
    for (int i = 0; i < kThreads; ++i) {
        threads.emplace_back([&, i] {
            counted.value = i;
            numbers.assign(200, i);
            if (with_initial_value != 42 || reinterpret_cast<std::uintptr_t>(aligned) % 64 != 0) ++failures;
            with_initial_value = i;
            std::call_once(once, [&] { ++called_once; });
            semaphore.acquire();
            if (failure_number(5, i) <= 0) ++failures;
            semaphore.release();
            {
                const std::shared_lock lock(shared);
            }
            {
                const std::unique_lock lock(shared);
                const std::lock_guard outer(recursive);
                const std::lock_guard inner(recursive);
                sum += i;
            }
            barrier.arrive_and_wait();
            latch.count_down();
        });
    }
    latch.wait();
    for (auto& thread : threads) thread.join();
    CHECK(failures == 0 && sum == 28 && called_once == 1);
    CHECK(destroyed == kThreads && numbers.empty() && with_initial_value == 42);
}

template <class Value>
void check_atomic_wait()
{
    std::atomic<Value> value{0};
    std::thread notifier([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        value = Value{1} << (sizeof(Value) * 8 - 2);  // for 64 bits: the lower half stays the same
        value.notify_all();
    });
    value.wait(0);
    notifier.join();
    CHECK(value != 0);

    std::condition_variable condition;
    std::mutex mutex;
    std::unique_lock lock(mutex);
    const auto start = std::chrono::steady_clock::now();
    CHECK(condition.wait_for(lock, std::chrono::milliseconds(30)) == std::cv_status::timeout);
    CHECK(std::chrono::steady_clock::now() - start >= std::chrono::milliseconds(30));
}

void check_library()
{
    std::ostringstream stream;
    stream.precision(10);
    stream << 1.0 / 3 << std::hex << 255;
    CHECK(stream.str() == "0.3333333333ff" && std::stod("2.5e3") == 2500);
    CHECK(std::format("{:>5}|{:.2f}|{:#x}", "a", 1.0, 255) == "    a|1.00|0xff");
    CHECK(std::regex_match("aaab", std::regex("a+b")));
    CHECK(std::isalpha('q', std::locale()) && !std::isalpha('1', std::locale()) && std::toupper('q') == 'Q');
    try {
        std::filesystem::file_size("/nonexistent/x");
        CHECK(false);
    } catch (const std::filesystem::filesystem_error& error) {
        CHECK(error.code() == std::errc::no_such_file_or_directory);
        CHECK(error.code().message() == "No such file or directory");
    }
    std::ofstream("file") << "hello " << 42 << "\n";
    std::ifstream in("file");
    std::string line;
    CHECK(std::getline(in, line) && line == "hello 42");
}

}  // namespace

int main()
{
    check_exceptions();
    check_coroutines();
    check_threads();
    check_atomic_wait<int>();
    check_atomic_wait<long>();
    check_library();
    return core_failures != 0;
}
