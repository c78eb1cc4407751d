package dev.holdfast.net.netty;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoRegistration;
import io.netty.util.concurrent.ThreadAwareExecutor;
import java.util.concurrent.atomic.AtomicInteger;

/// Counts how often a loop goes to sleep in Netty's handler, and how often somebody wants it woken.
final class Counting implements IoHandlerFactory {
    private final IoHandlerFactory inner;
    final AtomicInteger sleeps = new AtomicInteger();
    final AtomicInteger wakeUps = new AtomicInteger();

    Counting(IoHandlerFactory inner) {
        this.inner = inner;
    }

    @Override
    public IoHandler newHandler(ThreadAwareExecutor executor) {
        return new Handler(inner.newHandler(executor));
    }

    private final class Handler implements IoHandler {
        private final IoHandler handler;

        Handler(IoHandler handler) {
            this.handler = handler;
        }

        @Override
        public void initialize() {
            handler.initialize();
        }

        @Override
        public int run(IoHandlerContext context) {
            if (context.canBlock()) sleeps.incrementAndGet();
            return handler.run(context);
        }

        @Override
        public void prepareToDestroy() {
            handler.prepareToDestroy();
        }

        @Override
        public void destroy() {
            handler.destroy();
        }

        @Override
        public IoRegistration register(IoHandle handle) throws Exception {
            return handler.register(handle);
        }

        @Override
        public void wakeup() {
            wakeUps.incrementAndGet();
            handler.wakeup();
        }

        @Override
        public boolean isCompatible(Class<? extends IoHandle> type) {
            return handler.isCompatible(type);
        }
    }
}
