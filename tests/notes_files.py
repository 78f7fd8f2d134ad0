"""Notes as people write them, one file for each habit, with the questions that stand in them."""

from __future__ import annotations

from typing import NamedTuple


class NotesFile(NamedTuple):
    """`questions` in the order of the file; `drafts` of them have no answer; `unplaced` is what no card may take."""

    habit: str
    text: str
    questions: list[str]
    drafts: int = 0
    unplaced: tuple[str, ...] = ()


NUMBERED_HEADINGS = """\
---
title: CNN
tags: [a, b]
---

# Convolution

Some words before the first question.

[TOC]

- [What is padding?](#1)
- [How large is the output?](#2)
- [空洞卷积是什么？](#3)

#### 1. What is padding? :v:

Zeros around the input.

```python
## not a heading
1. not a question?
```

####2) How large is the output? [[src](https://example.org)]
<!-- from the lecture -->
$$
H' = (H - k + 2p) / s + 1
$$

####　3. 空洞卷积是什么？ :dizzy_face:

##### 作用

扩大感受野。

---

#### 4. Group normalisation ####

- [ ] TODO

## 5. Attention

### 5.1 Why divide by $\\sqrt{d_k}$?
So that the scores keep their variance.
### 5.2 Why several heads?

## References

Some book.
"""

PLAIN_HEADINGS = """\
# 深度学习

## 鞍点的定义和特点？

- [ ] TODO

## 什么是 ReLU？

小于零的都变成零。

### 优点

计算快。

## 什么时候用 BN？
深层网络。

## 参考资料

一本书。
"""

BOLD_LINES = """\
## Supervised machine learning

**What is supervised learning? \u200d⭐️**

Learning from pairs.

**Note:**

It needs labels.

<br/>

**What is regression? 👶**

Answer here

<br/>

**12. Which models are linear?**
 Linear regression and others.

**How is it trained?**
{:.warning}

By least squares.
"""

LABELLED_BULLETS = """\
### AlexNet

**背景**

2012 年冠军。

**问题**

- $Q$: 用了什么激活函数？ <br>
    > $A$: ReLU。
    > 计算快。

- $Q$: 几个卷积层
    > $A$: 5 个

![pic](../img/pic.png)

**展望**

很多工作用它。
"""

HEADINGS_IN_BULLETS = """\
- #### **解释感受野**

  输出的一点看到的输入范围。

  ##### 计算

  1. 逐层累加

- #### **BatchNorm 和 LayerNorm 的区别**

**batchnorm** 在一批样本内。

- #### **池化的作用**
"""

NUMBERED_ITEMS = """\
## 常见知识点

1. Dropout的理解

   - **缓解过拟合**。
   - 相当于集成。

2. 梯度消失和梯度爆炸的原因

   **梯度消失**：连乘。

3. 什么时候使用BN和LN？
答案没有缩进：
1. 深层网络
2. 大批量

3. What is RAG? Retrieval and then generation.

4. 池化的作用 (两点)

5.
"""

STEMS = """\
1. [E] What is a random variable?
2. [M] A learning rate is halved.
    1. [E] What happens to the loss?
    1. [H] Why is that so?
3. [H] Derive the estimator.

    **Hint**: take logarithms.
4. [E] Is it biased?
5. [E] Is it consistent?
6. Say that a coin is fair. How many flips are needed on average, and why is it not a different number of flips
   than for a coin that is not?
"""

BULLETS_BY_HAND = """\
### 基础

- 1 主流模型有哪些？
- 2 训练目标是什么？
- 3 归一化
  - 怎么算？
  - 有什么特点？
- 4 为什么是 decoder-only？

- [点击查看答案](https://example.org/a.html)
"""

FOLDED = """\
??? question "What is a kernel?"
    A small tensor.

    ??? info "Hint"
        It slides.

??? question "Why odd sizes?"
    So that there is a middle.

Some words outside.

<details><summary>What is stride?</summary>

The step of the window.

</details>

<details>
<summary><b>What is dilation?</b></summary>
Gaps between the taps.
</details>
"""

HTML_HEADINGS = """\
<h2 id="1">1. What is a tensor?</h2>
<p>An array.</p>
<h3>2. Explain broadcasting
<p>Sizes of one are stretched.</p>
<h3>3. What is a view?</h3>
"""

OUTLINE = """\
# 目标检测

- [x] [2-1-1 什么是 IoU？](#2-1-1)
- [ ] [2-1-2 NMS 的步骤是什么？](#2-1-2)
- [ ] [2-1-3 什么是 anchor？](#2-1-3)
- [x] [2-1-4 为什么要用 FPN？](#2-1-4)
"""

FLASHCARDS = """\
#flashcards/ml

What is a batch?
?
The samples of one step.

**What is an epoch?**
?
One pass over all samples.
And nothing else.
<!--SR:!2023-01-01,3,250-->
"""

INLINE_FLASHCARDS = """\
# Words

What is a logit?::The value before the softmax.
What is a prior? :: What is believed before the data.
学习率::步长
"""

HASHCARDS = """\
Q: What does Adam estimate?
A: The first and the second moment
of the gradient.

Q: What is AdamW?
A: Adam with decoupled weight decay.

C: The [mean] of the batch is [subtracted].
"""

FRONT_BACK = """\
### Front
What is a residual?
### Back
What is added to the input.

### Front
Why does it help?
### Back
The gradient has a way around.
"""

TABLE = """\
| # | Question | Answer |
|---|----------|--------|
| 1 | What is pruning? | Taking weights away. |
| 2 | What is distillation? | Learning from a teacher \\| model. |
"""

NUMBERS_ONLY = """\
## Question 1

**What is overfitting?**

**Difficulty**: Easy | **Time**: 3 min

**Answer:** Learning the noise.

## Question 2

**What is underfitting?**

**Answer:** _[To be filled]_

## Question 3
What is bias?

**Answer:**

The error of the mean.
"""

SUBJECTS_IN_OUTLINE = """\
# Networks

## Recurrent

- [LSTM notes](https://example.org/lstm)
  - Part one
    - 1.1 What does the forget gate do?
    - 1.2 Which gate writes?
  - Part two: training
    - 2.1 Why clip gradients?
      - 2.1.1 By value or by norm?
    - 2.2 Truncated backpropagation
    - 2.3 How many steps are unrolled?
    - 2.4 Is the state kept between batches?
- [Show answer](https://example.org/lstm)
"""

QUESTIONS_BELOW = """\
# Questions about training

#### Batch size
What happens to the gradient noise when the batch grows?

#### Warm-up
Large models begin with small steps.<br/>
Would you leave that out for a small one?

[A paper](https://example.org/warm-up)

#### Learning rate
Tell me how you find one.

#### Early stopping
When does it hurt?

It hurts with noisy validation losses.

#### Seeds
How many do you run?
"""

LABELLED_AND_SECTIONS = """\
# Pooling

## # 1. MAXIMUM POOLING

## Q. How to use a window that overlaps?

With a stride below the size.

## Q. Where does the gradient go?

To the largest value.

## # 2. MEAN POOLING

## Q. Where does the gradient go now?

To all values.

## Q. Is it linear?

It is.

## Q. Is it learnt?

It is not.
"""

COUNTED_TITLE = """\
# Question 12 - Design of networks

## Why is depth better than width?

Fewer parameters for the same function.

### Summary

Depth composes.
"""

SKEWED_NUMBERS = """\
1.  ### What is a token?

    A piece of a word.

   2.  ### What is a vocabulary?

       All pieces.

3.  ### What is padding for?

    Equal lengths.
"""

LABELS_IN_A_GUIDE = """\
# Caching

## Definition

A copy that is near.

**Disadvantages:**

It grows old.

**Usage:**

1. Install it
2. Start it

## Questions

**Q: How is a copy found?**
**A:** By its key.

**Q: What when it is full?**
**A:** The oldest goes.

**Q: Is it safe?**
**A:** Mostly.
"""

QUESTIONS_IN_A_GUIDE = """\
# Limits of rates

## What is a limit?

A number for a time.

## Introduction

### 1. Install

Take the package.

### 2. Configure

Write the file.

### 3. Run

Start it.

## Why is it needed?

Servers are finite.
"""

FRONT_TITLE = """\
---
date: 2024-01-01
title: "let 和 const 有什么区别？"
---

## let

可以重新赋值。

## const

不可以。
"""

NUMBERS_WITHOUT_BLANKS = """\
1.broker 是什么？
一个服务。

2.producer 是否直接发送？
是的。

3.什么是分区？
一段日志。
"""

PARTS_OF_AN_OUTLINE = """\
# 面试

- 一、动机篇
- 二、对比篇
  - 2.1 CNN 和 RNN 有什么区别？
  - 2.2 什么时候用 CNN？
- 三、训练
  - 3.1 请求怎么分批？
  - 3.2 测试集怎么选？
  - 3.3 为什么要打乱？
  - 3.4 学习率怎么定？
"""

FRAME_OF_A_PLAN = """\
# Twelve weeks to an interview, a plan

## 1. What is missing

Logs, mostly.

## 2. In depth

### 1. Logs

Lines in their order.

### 2. Queues

Words on queues.

### 3. Pages

Words on pages.

### 4. Caches

Words on caches.

### 5. Locks

Words on locks.

### 6. Threads

Words on threads.

### 7. Stacks

Words on stacks.

### 8. Heaps

Words on heaps.

### 9. Roots

Words on roots.

### 10. Regions

Words on regions.

## 3. In order

Two a week.

### To write

A log.

## 4. Applying

Letters.

## 5. Sources

Letters.
"""

APPENDICES = """\
# Interview notes

## 📑 Contents

### First part (five)

1. [Logs](#logs)
2. [Queues](#queues)

### Second part

3. [Pages](#pages)

## Legend

One star: often asked.

## Logs

Lines in their order.

### Example

One line.

## Queues

Words on queues.

### Example

Two lines.

## Pages

Words on pages.

## Caches

Words on caches.

## Threads

### In short

Words on threads.

## Stacks

### In short

Words on stacks.

## Heaps

### In short

Words on heaps.

## Roots

### In short

Words on roots.

## Regions

Words on regions.

## Rows

Words on rows.

## Columns

Words on columns.

## Keys

Words on keys.

## Trees

Words on trees.

## Views

Words on views.

# More

## Appendix A: what is missing above

Some more.

### Locks

Words on locks.

### Signals

Words on signals.

## Learning resources

### Books

A book on logs.

## The last checklist (one day)

Sleep.
"""

LABELS_BESIDE_A_REPORT = """\
# What is to be said to the teacher

## 1. News

### 1.1 Two changes

One of them mends the log.

### 1.2 What the app does

It shows the log.

## 2. The whole

### 2.1 A picture

Boxes and arrows.

### 2.2 Ways of wrapping

By hand, or as a decorator.

### 2.3 Rows of the log

They are in four tables.

### 2.4 Five kinds

One table each.

## 3. Questions

#### Q1: The log

Words on the log.

#### Q2: The queue

Words on the queue.

#### Q3: The page

Words on the page.

#### Q4: The cache

Words on the cache.

#### Q5: The lock

Words on the lock.

#### Q6: The thread

Words on the thread.

## 4. Looking back

### 4.1 Already known

Logs, queues.

### 4.2 To go deeper

Locks.
"""

SUBJECTS_WITH_PICTURES = """\
# Memory

## Counter

![](counter.png)
It holds the next instruction.

## Stack

![](stack.png)
Frames of calls.

### Overflow

Too many frames.

## Heap

<img src="https://example.org/heap.png" width="100">
Objects that all threads share.

## Method area

![](method.png)
Classes.

### Leaks

1. are there too many rows
2. is a row too large
3. is something kept

## Constants

![](constants.png)
Read from the class file.

## Buffers

![](buffers.png)
Outside of the heap.

## Roots

![](roots.png)
Where collecting begins.

## Marking

![](marking.png)
What is reached stays.

### Step 3, the last of marking

Once more, and all threads wait.

### Step 4, sweeping

The rest goes.

## Copying

![](copying.png)
Between two halves.

## Generations

![](generations.png)
Most objects die young.

## Pauses

![](pauses.png)
All threads wait.

## Regions

![](regions.png)
Small parts of the heap.
"""

CHOICES = """\
#### Q1. What is the gradient of a constant?

- [ ] `one`
- [x] `zero`
- [ ] `undefined`

#### Q2. What is the sum of softmax?

- [x] `one`
- [ ] `zero`
- [ ] `undefined`

#### Q3. What is the logarithm of one?

- [ ] `one`
- [x] `zero`
- [ ] `undefined`
"""

DECORATED_HEADINGS = """\
# =====================

# **1. What is a store?**

# =====================

## Action

What happened.

# =====================

# **2. What is a reducer?**

# =====================

A function of the state.

### 3.

>
---
"""

ONE_CARD = """\
How is a loss averaged?
?

Over the batch.

## In code

```python
loss.mean()

loss.sum() / n
```
"""

FOLLOW_UPS = """\
---
title: 为什么要做归一化？
---

# 为什么要做归一化？

## 结论

训练更快。

## 追问

**Q：放在激活之前还是之后？**

都有人用。

**Q：推理时用什么统计量？**

滑动平均。

**Q：批很小怎么办？**

换成组归一化。
"""

LISTS_OF_TWO_KINDS = """\
#### 追问

1. **一个类能继承几个类？**

   只有一个。

2. **接口能有属性吗？**

   不能。

3. **什么时候用抽象类？**

   有共同代码的时候。

#### 易错点

1. **只讲语法**：不够。

2. **忽视组合**：层次太深。
"""

COUNTED_TOPICS = """\
# Reinforcement learning

## 1. What is being solved
Decisions.
## 2. Elements
States and actions.
## 3. Bellman
A recursion.
## 4. What is a return
A sum.
## 5. Policies
Rules.
### State value
The expected return.
## 6. Models
Known or not.
## 7. Why a baseline
Less variance.
## 8. Exploration
Noise.

## Follow-ups

### Q1: What is the difference of value and policy?
One judges.
### Q2: Why clip?
Small steps.
"""

BULLETS_WITH_MARGINS = """\
* Problem 1: What renders a component again?

State does.

**How to avoid it?**
1. Memoise it.

* Problem 2: What is an effect?

Code after rendering.

- Problem: it runs too often.
- Solution: name what it needs.

* Problem 3: When is a hook called?

Each time.
"""

PLAIN_LINES = """\
Here are some questions:

Containers

What is an image?

Explain the layers of an image.

What is a volume? Give an example.

Data on the host, such as a directory.

How do containers talk?

1. Networks

What is a bridge?

What is an overlay?

When is the host network used?
"""

PLAIN_BESIDE_HEADINGS = """\
#### What is a parent?

The file above.

#### What is a plugin?

A goal or more.

What is a profile?
Answer: settings by name.

#### What is a repository?

Where files lie. Why two?

Words.
"""

GLOSSARY = """\
# Interview questions on training

- **Epoch** : one pass over the data.
- **Batch:** the samples of a step.

- **Step**:
  one update of the weights.
- **Loss** - what is made small.
- **Gradient**: its slope.
- **Momentum**: a memory of gradients.
- **Warm-up**: small steps first.
- **Schedule**: how the rate changes.
"""

LINKS_BESIDE_QUESTIONS = """\
## Before

- Good knowledge of networks
- Video : https://example.org/watch?v=1

## Questions

- 1 . What is a token?
- 2 . Compare words and pieces
- 3 . Why are vowels no tokens?
- 4 . Slides : https://example.org/slides?page=2
- 5 . How long is a vocabulary?
- 6 . What is a merge?
- 7 . What is a byte?
- 8 . How are numbers cut?
"""

LABELS_WITH_REMARKS = """\
Question : Find the largest of two sums.

Question(Done) : Reverse a list.
Approach : from both ends.

Question (done, partly) : How is a cache cleared?
"""

NUMBERS_OF_TWO_LOOKS = """\
1. Q: What is a portal?
A: A way out of the tree.

2. Q: What is a fragment?
A: A group without a node.

3. Q: What is a ref?
A: A handle.

Some words between.

1. **What is a component?**
   A function of its properties.

2. **Explain what a key is for.**
   Order.

3. **How are events handled?**
   With functions.
"""

ANNOUNCED_LIST = """\
# Memory

## Overview

- The stack is small
- The heap is large
- The collector moves things

## What lives on the stack?

Values.

## Boxing

Values in objects.

## Closures

Functions with values.

## Common follow-ups

- Why can memory leak?
- What happens during boxing?
- When are structures avoided?

## What lives on the heap?

Objects.
"""

COUNTED_ITEMS = """\
1.数据类型
int 和 str
2. == 和 is 的区别
值和身份
3.线程通信
队列
5.多路复用有什么区别？
一个连接
6.常见的设计模式
单例
7.三次握手
一来一回再一来
8.为什么四次挥手？
两边各关一次
9.外键
引用
10.好处有哪些？
快
"""

MARKED_ANSWERS_IN_AN_ANSWER = """\
# 1. What is a container?

A process with its own view.
Question: Is it stateless?

Answer: It may be.
3. What is the difference of ADD and COPY?
Answer: ADD unpacks.

# 2. What is a layer?

A difference of files.

# 3. What is an image?

Layers.
"""

MARKED_BOLD_LINES = """\
**✅分几层**

五层。

**应用层**

最上面。

**传输层**

下一层。

**✅握手的过程**

**第一次**

发出。

**第二次**

回答。

**✅窗口**

大小。

**慢开始**

从小到大。

**✅为什么可靠**

确认。

**✅两个协议的区别**

快慢。

**❓挥手的原因**

两边。

**校验**

和。

**✅端口**

数字。

**✅拥塞**

排队。

**缓冲区**

内存。
"""

PROSE = """\
# A year with transformers

It began with a question. Why do models hallucinate?

Nobody knew. We tried many things. What if we simply asked the model?

So what did we learn?

Models are slow! Can that be cured?

How hard can it be?

我们试了很久。有没有更好的方法？

Very hard.
"""

SUBJECTS_AMONG_BOLD_LINES = """\
- **卷积核怎么算？**

    按公式。

- **池化有哪些？**

    两种。

- **为什么要下采样？**

    省算力。

- **感受野是什么？**

    看到的范围。

- **深度可分离卷积**

    分两步。

- **混合精度**

    一半的位数。

- **多卡训练**

    同步梯度。

- **预热**

    先用小的学习率。

- **什么是空洞卷积？**

    有间隔。

- **怎么做量化？**

    用整数。

- **总结：**

    完。
"""

CODES_AND_FOLLOW_UPS = """\
# Agents

## AQ01: When is a fixed flow enough?

### 60 seconds answer

When the steps are known.

### Follow-up: How is that shown?

By measuring both.

### Common mistakes

Too many tools.

## AQ02: What is a loop?

- **Q: Why can it run forever?**
  A: Nothing ends it.

- **Q: Who stops it?**
  A: A limit of steps.

## AQ03: What does a tool return?

A result or an error.
"""

LIST_BEFORE_ANSWERS = """\
1. How are secrets kept?
2. Describe the parts of a module.
3. Explain why a playbook may run twice.
4. How is drift found?
5. What is a template?

### Secrets

1. Vaults
2. Files that are encrypted
3. Variables

### Modules

1. Inputs
2. Outputs
3. Resources
4. Providers
"""

QUESTIONS_IN_A_TABLE = """\
# Rounds

| Topic | Question (and link) |
|---|---|
| Bagging | [What is bagging?](one.ipynb) |
| Features | [Define a feature.](two.ipynb) |
| Trees | [How is a tree grown?](three.ipynb) |

| Day | What to read |
|---|---|
| 1 | Trees |
| 2 | Forests |
| 3 | Why not? |

| Case | Query | Passed |
|---|---|---|
| 1 | "Where is the log?" | yes |
| 2 | "Who reads it?" | yes |
| 3 | "When is it cut?" | no |
"""

SUBJECTS = """\
# 面试笔记

## 网络

### 三次握手

同步序号。

### HTTPS

加密。

#### 证书

由机构签发。

## 系统

### 进程和线程

资源和调度。

### 虚拟内存

映射。

### 死锁

### 参考资料

一本书。

## 数据库

### 事务

四个特性。

### 索引是怎么用的？

最左匹配。

- 为什么？

### 锁

读和写。

### 日志

先写。

### 主从

复制。
"""

WHAT_WAS_ASKED = """\
# 面经

## 一面

聊得很好。

1. 自我介绍
2. 介绍项目，为什么选择水平触发？
3. 多态
4. 三次握手的过程，两次为什么不行？
5. 进程间通信

## 二面

- 协程
- 慢启动是什么？
- 半连接队列满了会怎样？
- 了解分布式系统吗？
- 数据库的引擎
- 两个文件怎么比较？
- 空的类有多大？
- 提问环节
"""

ANNOUNCED_IN_ANSWERS = """\
1. 注意力的公式是什么？
2. 为什么要除以维度的平方根？
3. 掩码有什么用？

常见追问：

- 如果窗口变长，延迟怎么变化？
- 为什么生成时不能并行？

1. 什么时候微调？
2. 数据怎么清洗？
"""

MARKS_AND_GAPS = """\
✅ 1. **"Why a margin?"**

**Sample Answer:** So that points may move.

✅ 2. **"Which points hold it?"**

Those on it.

✅ 3. **"Explain the kernel trick"** → Products in another space.

```python
# 1. Split the data
split()

### Other

**Q:**
A:

**Q: What is `__init__` for, and what is `__new__`?**<br>
A: The first fills, the second makes.

```python
# 2. Fit it
```

4. ...
"""

SUBJECTS_IN_BULLETS = """\
# 深度学习

## 卷积网络

- 卷积
  - 局部连接
  - 权值共享
- 池化
  - 最大
- 感受野
  - 与层数有关
- 归一化
  - 一批的均值

## 循环网络

- 长短期记忆
  - 三个门
- 门控单元
  - 两个门
- 梯度消失
  - 连乘
- 双向
  - 两个方向
- 注意力
  - 加权
- 位置编码
  - 正弦

## 面试

加油。
"""

ORDERS_COUNTED_THROUGH = """\
# Queries for Interviews

## Reading

### Basic

1. **Write a query that sorts rows.**
   It sorts.

2. **Write a query that counts rows.**
   It counts.

3. **Explain a join.**
   Rows side by side.

### Advanced

4. **Write a query that ranks rows.**
   It ranks.

## Rights

### Basic

5. **Grant a right to an account.**
   It may read.

6. **Revoke all rights of an account.**
   It may not.

### Advanced

7. **Write a rule for each row.**
   One by one.

8. **Describe a role.**
   Several rights.
"""

BOLD_PARTS_OF_PATTERNS = """\
# Pattern Cheat Sheet

### 1. Derived state

In short: one place.

**When to use a state**:
- One side.
- The other side.

**Copies of a state**:
- One side.
- The other side.

### 2. Shared caches

In short: one place.

**When to use a cache**:
- One side.
- The other side.

**Differences of two caches**:
- One side.
- The other side.

### 3. Pages of a list

In short: one place.

**When to use pages**:
- One side.
- The other side.

**Advantages of pages**:
- One side.
- The other side.

### 4. Flat trees

In short: one place.

**Rows of a tree**:
- One side.
- The other side.

**When to use rows**:
- One side.
- The other side.

### 5. Whole tests

In short: one place.

**Tests of two parts**:
- One side.
- The other side.

**Differences of tests**:
- One side.
- The other side.

### 6. Kept values

In short: one place.

**When to keep values**:
- One side.
- The other side.

**Values of a list**:
- One side.
- The other side.

### 7. Slow input

In short: one place.

**Input of a form**:
- One side.
- The other side.

**Waiting**:
- One side.
- The other side.

### 8. Shared hooks

In short: one place.

**When to use a hook**:
- One side.
- The other side.

**Hooks in classes**:
- One side.
- The other side.

### 9. Late loading

In short: one place.

**Parts loaded late**:
- One side.
- The other side.

**When to load late**:
- One side.
- The other side.

### 10. Undo

In short: one place.

**When to use a stack**:
- One side.
- The other side.

**Undo with a stack**:
- One side.
- The other side.
"""

SUBJECTS_BEFORE_QUESTIONS = """\
# Notes for Interviews

## Regions

All there is to know.

## Zones

All there is to know.

## Accounts

All there is to know.

## Roles

All there is to know.

## Policies

All there is to know.

## Buckets

All there is to know.

## Objects

All there is to know.

## Keys

All there is to know.

## Volumes

All there is to know.

## Images

All there is to know.

## Networks

All there is to know.

## Gateways

All there is to know.

## Routes

All there is to know.

## Interview Questions

1. Explain your last project.
2. Roles vs policies.
3. How is a volume made?
"""

PLAIN_HEADINGS_IN_A_SECTION = """\
# Selling

## Calls

**Q: How do you begin?**
I listen.

**Q: How do you end?**
I sum up.

**Q: Whom do you ask?**
The one who pays.

**Q: What is a phase?**
A part of the work.

**Q: What is a margin?**
What is left.

**Q: Why do deals fail?**
They come late.

**Q: When is a deal closed?**
When both sign.

**Q: Who decides?**
The one who pays.

## Deals

### Walk me through a deal.

First there is a call.

### How do you measure it?

By its margin.

### A client is silent. What now?

I call.

### What is a price?

What one side gives.

### Why is it cut?

To sell more.

### How is it told?

In one number.

### What is a promise?

A word.
"""

SUBJECTS_BELOW_DAYS = """\
# Interview Notes

## Day 1: Containers

#### 1.1 Images
- **Why**: There are many of them.
- **What**: A part of the whole.
- **How**: With one command.
- **In interviews**: Questions such as “What is it?” are short.

#### 1.2 Layers
- **Why**: There are many of them.
- **What**: A part of the whole.
- **How**: With one command.
- **In interviews**: Questions such as “What is it?” are short.

#### 1.3 Volumes
- **Why**: There are many of them.
- **What**: A part of the whole.
- **How**: With one command.
- **In interviews**: Questions such as “What is it?” are short.

#### 1.4 Ports
- **Why**: There are many of them.
- **What**: A part of the whole.
- **How**: With one command.
- **In interviews**: Questions such as “What is it?” are short.

#### 1.5 Networks
- **Why**: There are many of them.
- **What**: A part of the whole.
- **How**: With one command.
- **In interviews**: Questions such as “What is it?” are short.

#### 1.6 Registries
- **Why**: There are many of them.
- **What**: A part of the whole.
- **How**: With one command.
- **In interviews**: Questions such as “What is it?” are short.

#### 1.7 Names
- **Why**: There are many of them.
- **What**: A part of the whole.
- **How**: With one command.
- **In interviews**: Questions such as “What is it?” are short.

#### 1.8 Limits
- **Why**: There are many of them.
- **What**: A part of the whole.
- **How**: With one command.
- **In interviews**: Questions such as “What is it?” are short.

#### 1.9 Users
- **Why**: There are many of them.
- **What**: A part of the whole.
- **How**: With one command.
- **In interviews**: Questions such as “What is it?” are short.

#### 1.10 Secrets
- **Why**: There are many of them.
- **What**: A part of the whole.
- **How**: With one command.
- **In interviews**: Questions such as “What is it?” are short.

## Day 2: Containers

#### 2.1 Pods
- **Why**: There are many of them.
- **What**: A part of the whole.
- **How**: With one command.
- **In interviews**: Questions such as “What is it?” are short.

#### 2.2 Nodes
- **Why**: There are many of them.
- **What**: A part of the whole.
- **How**: With one command.
- **In interviews**: Questions such as “What is it?” are short.

#### 2.3 Services
- **Why**: There are many of them.
- **What**: A part of the whole.
- **How**: With one command.
- **In interviews**: Questions such as “What is it?” are short.

#### 2.4 Routes
- **Why**: There are many of them.
- **What**: A part of the whole.
- **How**: With one command.
- **In interviews**: Questions such as “What is it?” are short.

#### 2.5 Roles
- **Why**: There are many of them.
- **What**: A part of the whole.
- **How**: With one command.
- **In interviews**: Questions such as “What is it?” are short.

#### 2.6 Quotas
- **Why**: There are many of them.
- **What**: A part of the whole.
- **How**: With one command.
- **In interviews**: Questions such as “What is it?” are short.

#### 2.7 Labels
- **Why**: There are many of them.
- **What**: A part of the whole.
- **How**: With one command.
- **In interviews**: Questions such as “What is it?” are short.

#### 2.8 Jobs
- **Why**: There are many of them.
- **What**: A part of the whole.
- **How**: With one command.
- **In interviews**: Questions such as “What is it?” are short.

#### 2.9 Probes
- **Why**: There are many of them.
- **What**: A part of the whole.
- **How**: With one command.
- **In interviews**: Questions such as “What is it?” are short.

#### 2.10 Rollouts
- **Why**: There are many of them.
- **What**: A part of the whole.
- **How**: With one command.
- **In interviews**: Questions such as “What is it?” are short.
"""

BOLD_LABELS_ALONE = """\
# Exam

**Q1. What is linkage?**

**Answer:** A distance of sets.

**Q2.** Given the counts below:

* true ones
* false ones

Which formula is the recall?

**Answer:** The first.

**Q3.** Why are trees cut?

**Answer:** They fit noise.

**Q4.** What is a rule?

**Answer:** An implication.

<b>⭐ Found this helpful? Give it a star!</b>
"""

A_LONG_TABLE_OF_TASKS = """\
# All Questions

| # | Question | Level |
|:-:|----------|:-----:|
| 1 | [Average order value](sql/1.md) | easy |
| 2 | [Customers without orders](sql/2.md) | easy |
| 3 | [Highest revenue](sql/3.md) | easy |
| 4 | [Two joined tables](sql/4.md) | easy |
| 5 | [Words side by side](sql/5.md) | easy |
| 6 | [Missing values](sql/6.md) | easy |
| 7 | [Growth by year](sql/7.md) | easy |
| 8 | [Prices above the mean](sql/8.md) | easy |
| 9 | [Orders by customer](sql/9.md) | easy |
| 10 | [Ranges that overlap](sql/10.md) | easy |
| 11 | [Median by title](sql/11.md) | easy |
| 12 | [The latest record](sql/12.md) | easy |
"""

UNDERLINED_LINES = """\
What are services?
------------------------
Parts that are deployed alone.

When to split them?
-------------------------
When two teams need them.

Explain a gateway
-----------------------
The door of all of them.

How do they talk?
-----------------------
With messages.

Explain discovery.
------------------------
A list of addresses.

Tuning and planning
-------------------------
By what is measured.

Pros:
They are small.
"""

A_SERIES_OF_ITS_OWN = """\
# Question Bank

# Part 1

## 1. What is an injection?

In short.

## 2. Why are queries bound?

In short.

## 3. How are keys kept?

In short.

## 4. What is a session?

In short.

## 5. When does a token expire?

In short.

## 6. Explain a replay.

In short.

## 7. What is a salt?

In short.

## 8. Who may read a log?

In short.

## Explain how you would test all of it

Step by step.

# Part 2

## Snippets

### 1. Injection

Find the fault.

### 2. Scripts in pages

Find the fault.

### 3. Commands

Find the fault.

### 4. Paths

Find the fault.

### 5. Keys in code

Find the fault.

### 6. Weak numbers

Find the fault.

### 7. Open redirects

Find the fault.

### 8. Cookies

Find the fault.
"""

NAMED_SCENES = """\
# Design Patterns: Scenario-Based Interview Questions

## Creation

**Question 1:**
A payment service has three kinds of payment. Which pattern makes them?

**Answer:** A factory.

## Behaviour

**Question 2:**
A queue tells its readers of each change. Which pattern is it?

**Answer:** An observer.

## Structure

**Question 3:**
An old class needs a new interface. Which pattern helps?

**Answer:** An adapter.
"""

LINKS_THAT_ASK = """\
# Question list

### 1. [What is recall?](one.md)

### 2. [Why is it high?](two.md)

### 3. [Compare it with precision](three.md)
"""

LABELS_OF_A_CHAT = """\
# Chat

### Me : how can requests be limited?

Like this.

## 1. Add a filter

One line.

### Me : Yes

Good.

### Me : can it be done at the gateway?

Yes.

## Conclusion

It works.

### Me : what is throttling

Slowing down.

### Me : why is it slow?

The queue.
"""

NUMBERS_OF_TWO_LEVELS = """\
# Caches

## 1. What is a cache?

A copy that is near.

## 2. How does it work?

In lines.

### 3. What is a line?

Some bytes.

### 4. What is a set?

Some lines.

## 5. When is it cold?

At the start.
"""

CHAPTERS_THAT_ASK = """\
# 1 Systems

## 1.1 How is a system designed?

### 1.1.1 What is a system?

Parts that work together.

### 1.1.2 How are parts found?

By what changes together.

### 1.1.3 Interfaces

What parts agree on.

## 1.2 What is the difference between a queue
## and a stack?

The end that is taken from.

## 1.3 When is it done?

Never.
"""

SUBJECTS_BEHIND_LINKS = """\
# 面试考点

## 基础

- **词表**
  [词表](https://example.org/0)

- **激活函数**
  [激活函数](https://example.org/1)

- **优化器**
  [优化器](https://example.org/2)

- **反向传播**
  [反向传播](https://example.org/3)

- **损失函数**
  [损失函数](https://example.org/4)

- **课程学习**
  [课程学习](https://example.org/5)

- **归一化**
  [归一化](https://example.org/6)

- **位置编码**
  [位置编码](https://example.org/7)

- **注意力**
  [注意力](https://example.org/8)

- **显存估算**
  [显存估算](https://example.org/9)

- **剪枝**
  [剪枝](https://example.org/10)

- **量化**
  [量化](https://example.org/11)

## 项目

- 项目是怎么分工的？
- 遇到过什么困难？
- 指标是怎么定的？
"""

HEADINGS_THAT_DIVIDE_ANSWERS = """\
# Networks

## 1. How does a request travel?

In packets.

## Client

**Step 1: resolve**

Names.

## Server

**Step 2: accept**

Sockets.

## 2. What is a handshake?

Three messages.

## First message

Numbers.

## Second message

Both.

## 3. Why is it encrypted?

Nobody reads it.

## Keys

Two.

## 4. When is it closed?

After both sides say so.

## Timeouts

Some.

## 5. How is it measured?

In trips.

## Tools

One.
"""

ANSWERS_BELOW = """\
# Quiz

Q1: What is a GAN?

Q2: What is a VAE?

Q3: What is a flow?

<details><summary>Answers</summary>

A1: Two networks that play a game.

A2: An encoder and a decoder
with a prior.

A3: An invertible network.

</details>
"""

FOLLOW_UPS_IN_QUOTES = """\
# 面试题

## 1. 什么是混合专家？

> 每个词只经过几个前馈网络。
>
> **追问：负载怎么均衡？**
> 加一项辅助损失。

---

## 2. 优化器状态怎么分片？

每张卡存一份。

**追问：通信多少？**

一点五倍。

## 训练之外

## 3. 什么是低秩适配？

> **追问：合并之后还慢吗？** 不慢。

冻结原来的权重。
"""

CHINESE_BULLETS = """\
### 一面

* 指针和引用的区别
* 介绍多态的机制
* 遍历容器的方式
* 有没有用过容器

### 二面

* 编程：反转链表
* 进程间怎么通信
* 分页
* 为什么要四次挥手

### 三面

* 哈希冲突如何解决
* 迭代查询和递归查询
* 了解字节序吗
* 锁有哪几种
"""

BULLETS_ABOVE_PARAGRAPHS = """\
### Java 基础

- 重载与重写

重载：方法名相同，参数不同。

重写：发生在父子类中。
- 访问控制

private 只允许自身访问。
- [抽象类与接口](https://example.org/abstract)

抽象类是对类的抽象。
- this

作为对象实例，被传入方法中。
- static

没有 this 的方法。
- 包装类

拥有自动装箱的功能。
- String

不可变。
- 泛型

参数化类型。
- 内部类

在一个类的内部定义。
- 异常

分为受检与非受检。
- 反射

运行时得到类的信息。
- 枚举

### 扩展阅读

- [什么是反射？](https://example.org/reflection)
- [泛型和集合的区别](https://example.org/generics)
- [如何写好代码？](https://example.org/code)
"""

SUBJECTS_FURTHER_OUT = """\
# 面经

### 注意力

#### 缩放点积

除以维度的平方根。

#### 多头

各头看不同的子空间。

#### 应用场景

翻译。

#### 位置编码

给出顺序。

### 混淆矩阵

真阳性和假阳性的计数。

### 正则化

#### 早停

验证误差上升就停。

#### 权重衰减

让权重变小。

#### 随机失活

训练时丢弃一部分。

### 归一化

#### 批归一化

按批统计。

#### 层归一化

按样本统计。

### 模型压缩

剪枝、量化和蒸馏。

### 损失

#### 交叉熵

对数似然的相反数。

#### 焦点损失

压低容易的样本。

#### 三元组损失

拉近同类。
"""

LABELS_IN_ONE_SECTION = """\
# 转岗面试

## 定位

### 1. 常见面试题如何回答

**Q1：什么是冒烟测试？**

主流程的快速验证。

**Q2：怎么写用例？**

先划分等价类。

**Q3：缺陷怎么管理？**

记录、修复、回归。

**Q4：覆盖率怎么衡量？**

按需求追踪。

**Q5：时间不够怎么办？**

按风险取舍。

**Q6：如何测一个接口？**

先看参数和鉴权。

### 2. 话术的准备

- "我会先划分输入，再补场景。"
- "用例要有明确的步骤。"

### 3. 简历的包装方法

不编造经验。

## 速记

- 什么是回归测试？ → 改了一处，别处没坏
- 什么是等价类？ → 一组等价的输入
- 为什么转岗？ → 享受发现问题
- 压力怎么测？ → 逐步加并发
- 谁来定优先级？ → 产品与测试一起

## 关联知识

- [怎么测一个接口](./interface.md) — 完整的例子
- [为什么要自动化？](./automation.md) — 项目的主战场
"""

HALF_OF_THE_SUBJECTS_ASK = """\
# 面试总结

## 如何设计埋点

先定事件。

## 打包的原理

从入口收集依赖。

## 集合和映射的区别

一个只有值。

## 打包工具如何选择

看规模。

## 状态管理的思想

单一数据源。

## 微任务

在宏任务之间执行。

## 类型

静态检查。

## 组合继承

两种继承合用。

## 构造函数

用来生成实例。

## 编译的过程

生成语法树。

## 分支的策略

功能分支和主分支。

## 握手的流程

三次。

## 前端工程

规范和流水线。
"""

COUNTED_SUBJECTS = """\
# 大模型八股

## 1. 批归一化

按批统计。

## 2. 门控激活

相乘的两路。

## 3. 位置编码的种类

### 绝对位置

相加。

### 旋转位置

相乘。

## 4. 键值缓存

不重算前面的键和值。

## 5. 低秩适配

只训练两个小矩阵。

## 6. 注意力

### 原理

查询和键的内积。

### 代码实现

一个缩放和一个归一化。

## 7. 信息熵

期望的编码长度。

## 8. 权重共享

词表用两次。

## 9. 评估指标的选择

### 困惑度

越低越好。

### 召回

越高越好。

## 10. 填充

在左边。

## 11. 混合专家

每个词只经过几个。

## 12. 对比学习

拉近成对的。
"""

CHAIN_OF_FOLLOW_UPS = """\
# 网络编程面试

## 套接字是什么？

通信的端点。

## 为什么要非阻塞？

一个线程管很多连接。

## 背压怎么处理？

限制输入。

## 一组典型的追问

1. 半包是怎么回事？
2. 水平触发怎么用？
3. 心跳为什么存在？
4. 惊群怎么避免？
5. 连接池有多大？

## 怎么练习？

写一个聊天室。
"""

TITLES_AT_ONE_LEVEL = """\
# 数据库

# 由几份旧的笔记合并而成

# 索引为什么快.md

不必逐行查找。

# 事务有哪些隔离级别.md

四种。

# 如何避免死锁.md

按同样的次序加锁。

# 怎么做主从复制.md

重放日志。

# 什么是范式.md

减少重复。
"""

QUESTIONS_IN_FENCES = """\
# 面试题汇总

去年问到的。

1.数据库：

```
为什么用跳表？
索引为什么会失效?
怎么分页？（不用偏移）
```

2.网络：

```
三次握手少一次会怎样？
连接的本质是什么?
怎么知道丢了包？
```

3.缓存：

```
单线程为什么快？
怎么做消息队列？
热点怎么办？
```
"""

SAID_IN_A_DIARY = """\
# 二面

存储引擎为什么要分层？

> 没答好。

说一下合并的过程。

写放大是什么？

聊一下事务。

并发怎么办？

选主的算法讲一下
"""

BARE_BULLETS = """\
## Questions that I was asked

* Feel free to add more questions.
* Give it a **star** if it helps

I write them down as they come.

### Storage

* What is a log?
* Ways of splitting a table
* How is a page found?
* Crash and recovery. What is lost.
* Why are writes ordered?

### Queries

* Join algorithms
* Planner

### Notes

* paper and pen
* a glass of water

### Network

* What is a window?
* Loss and delay
* How are packets counted?
* Why is there a handshake?
* When is a port closed?
* Which side ends it?
* What does a router do?
* How are names resolved?

### Advice

* Sleep well and eat something, it is only a talk and you will have many more of them.
* Some ask nothing at all, so have a story of your own at hand in any case and tell it.
"""

TAKING_TURNS = """\
## Talk

- What is a log?
- Lines in order
- How is a page found?
- By its number
- Why are writes ordered?
- For recovery
- What is a window?
- A count of bytes
- Which side ends it?
- Either of them
- When is a port closed?
- Some time later
"""

NUMBERED_NAMES = """\
# Notes on networks

### Layers

1. What is a layer?

It hides the one below.

2. How many are there?

### Well-known ones

1. LeNet

2. AlexNet - 2012
* Dropout:

3. [ResNet](https://example.org/resnet)

### Resources

1. Book of layers

2. Course

### Training

1. What is a step?

2. Why does it diverge?

3. How is it stopped?
"""

ONLY_A_LINK = """\
## 卷积

卷积是这样的，例子见下。

再说一句。

## 池化

池化是这样的，例子见下。

再说一句。

## 归一化

归一化是这样的，例子见下。

再说一句。

## 优化器

优化器是这样的，例子见下。

再说一句。

## 学习率

学习率是这样的，例子见下。

再说一句。

## 损失函数

损失函数是这样的，例子见下。

再说一句。

## 正则化

正则化是这样的，例子见下。

再说一句。

## 数据增强

数据增强是这样的，例子见下。

再说一句。

## 早停

早停是这样的，例子见下。

再说一句。

## 显存不足的处理

参考链接：[显存不足怎么办？](https://example.org/memory)

### 原地激活

把激活写回原处，省一份内存。

### 梯度累计

攒几步再更新一次。

## 求和约定

参考链接：[求和约定](https://example.org/einsum)，例子多。

## 初始化

方差要对，不然梯度会消失。
"""

PASTED_ANSWER = """\
二面记录

1. 图网络怎么做？
2. 为什么不用随机森林？
3. 标签怎么输入？
4. 准确率多少，怎么优化？
5. 模型怎么解释？
   见下方

---

### 1. 标签的定义与作用

描述客户的数据。

1. **静态标签**：
   - 年龄
2. **动态标签**：
   - 频率

### 2. 标签的构建

#### 2.1 解释性的优化

用规则。

### 3. 总结

标签有用。
"""

DIARY = """\
# 一面

1. 什么是哈希表？
2. 线程池怎么用？
3. 虚拟内存

缓存和数据库怎么保持一致。

索引的实现过程。

说了一遍死锁，追着问什么时候出现。

.死锁的条件
追问1：为什么要避免

3.锁的种类
4.什么时候用读写锁
5.乐观锁
6️⃣有没有用过消息队列？

事务的隔离，为何要分级

1. 讲讲三次握手。
2. 手写快速排序。
3. 为什么要四次挥手？
4. 什么是拥塞？
5. 进程怎么通信？
6. 栈和堆的区别
7. 什么是协程？
8. 分页
9. 什么是上下文切换？

没怎么问项目，什么都没准备好

#### 进程和其他执行单位的区别：

资源是各自的。
"""

FOLDED_EXPLANATIONS = """\
# 八股记录

## 生成

#### 引导

#### 扩散

<details>
<summary>📖 详细内容（点击展开）</summary>

- 动机：
    - 默认的做法是不是必须的？答案是否定的。
    - 能否更快？
- 贡献：扩散更好。

</details>

#### 潜空间

潜空间的要点写在这里。

- 一条

#### 条件生成

条件生成的要点写在这里。

- 一条

#### 流匹配

<details>
<summary>📖 详细内容（点击展开）</summary>

- 动机：
    - 默认的做法是不是必须的？答案是否定的。
    - 能否更快？
- 贡献：流匹配更好。

</details>

#### 反向传播

反向传播的要点写在这里。

- 一条

#### 归一化

归一化的要点写在这里。

- 一条

#### 位置编码

#### 注意力

注意力的要点写在这里。

- 一条

#### 低秩

#### 精度

<details>
<summary>📖 详细内容（点击展开）</summary>

- 动机：
    - 默认的做法是不是必须的？答案是否定的。
    - 能否更快？
- 贡献：精度更好。

</details>

#### 采样

采样的要点写在这里。

- 一条

"""

GUIDE_BEFORE_LABELS = """\
# Storage interview

## How to prepare

### What people ask about storage

You should:
- make your explanations short and as concrete as you can
- know one system well
- have numbers ready
- draw what you say

### How to prepare for design

Compare what you know.

### What you can do in practice

Take one of these:
- compare a tree, a table and a log
- write to a disk that is full
- read while something writes
- stop the machine
- count the pages

---

## Questions

**Q1. What is a log and why is it written first?**

It can be replayed.

**Q2. Walk me through a write.**

- log
- page

**Q3. How are pages found?**

By a tree.

**Q4. Which failures does it survive?**

Those of the machine.

**Q5. Why is there a cache?**

Disks are slow.
"""


BOLD_STATEMENTS = """\
# Storage

**The files beside this one have little to do with what is asked here, they are only for practice.**

## Logs

**What is a log?**
What was written, in order.

**Why is it written first?**
It can be replayed.

**When is it cut?**
After a checkpoint.

## Pages

**How large is a page?**
Eight kilobytes.

**Checksums?**
They find bits that flipped.

**Who finds a page?**
The tree above it.

**How many are cached?**
As many as fit.

**Which one goes first?**
The one not used for longest.

**How is a page split?**
In the middle.

**What is a torn page?**
Half of it was written.

## What is next?

Build one yourself.
"""


BOLD_PARTS_OF_ANSWERS = """\
# Storage Interview Questions

**Q1. What is a log?**

In short.

**Reads:**
What is to be said of it.

**Writes:**
What is to be said of it.

**Latency:**
What is to be said of it.

**Q2. Why is it written first?**

In short.

**Storage:**
What is to be said of it.

**Cost:**
What is to be said of it.

**Limits:**
What is to be said of it.

**Q3. Walk me through a write.**

In short.

**Consistency:**
What is to be said of it.

**Recovery:**
What is to be said of it.

**Compaction:**
What is to be said of it.

**Q4. Design a page cache.**

In short.

**Indexes:**
What is to be said of it.

**Batches:**
What is to be said of it.

**Snapshots:**
What is to be said of it.

**Q5. When is a log cut?**

In short.

**Versions:**
What is to be said of it.

**Locks:**
What is to be said of it.
"""

COUNTED_SUBJECTS_WITH_TERMS = """\
# Fifty Questions for Interviews

## Fundamentals

### 1. Bias and variance
What it is.
- **First**: one side of it.
- **Second**: the other side.

### 2. Overfitting
What it is.
- **First**: one side of it.
- **Second**: the other side.

### 3. Cross-validation
What it is.
- **First**: one side of it.
- **Second**: the other side.

### 4. Leakage
What it is.
- **First**: one side of it.
- **Second**: the other side.

### 5. Linear models
What it is.
- **First**: one side of it.
- **Second**: the other side.

### 6. Trees
What it is.
- **First**: one side of it.
- **Second**: the other side.

## Algorithms

### 7. Boosting
What it is.
- **First**: one side of it.
- **Second**: the other side.

### 8. Margins
What it is.
- **First**: one side of it.
- **Second**: the other side.

### 9. Neighbours
What it is.
- **First**: one side of it.
- **Second**: the other side.

### 10. Clusters
What it is.
- **First**: one side of it.
- **Second**: the other side.

### 11. Components
What it is.
- **First**: one side of it.
- **Second**: the other side.

### 12. Baselines
What it is.
- **First**: one side of it.
- **Second**: the other side.
"""

A_SUBJECT_WITH_PARTS_ALONE = """\
# Interview Notes

## Streams

All there is to know.

## Buffers

All there is to know.

## Timers

All there is to know.

## Modules

All there is to know.

## Events

All there is to know.

## Workers

All there is to know.

## Sockets

### In short

- One end waits.
- The other end sends.

### In practice

Both ends are closed.

## Errors

All there is to know.

## Signals

All there is to know.

## Paths

All there is to know.

## Caches

All there is to know.

## Queues

All there is to know.
"""

ANSWERS_FURTHER_OUT = """\
# Set 2

## Question 1. How is a feed stored?

In short: by keys.

# 1. Requirements

Many readers.

# Why by keys?

They are spread evenly.

# 2. Storage

Tables.

## Question 2. What is a shard?

In short: by keys.

# 1. Requirements

Many readers.

# Why by keys?

They are spread evenly.

# 2. Storage

Tables.

## Question 3. Why are writes split?

In short: by keys.

# 1. Requirements

Many readers.

# Why by keys?

They are spread evenly.

# 2. Storage

Tables.

## Question 4. When is a shard moved?

In short: by keys.

# 1. Requirements

Many readers.

# Why by keys?

They are spread evenly.

# 2. Storage

Tables.

## Question 5. How are shards found?

In short: by keys.

# 1. Requirements

Many readers.

# Why by keys?

They are spread evenly.

# 2. Storage

Tables.
"""

DASHED_LABELS = """\
# Before the Interview

Q - what is a bucket?

A - It holds objects, and the names of objects.

Q- How are they found ?

A- By their keys.

Explain the difference between a bucket and a volume.

A-A volume belongs to one machine.

Q-let us say you have lost a key. What will you do?

A- I make another one.

Q-Explain the difference between roles and policies of one account.

A-A role has policies.

Z * What is a region?*

Several zones.
"""

QUESTIONS_BEHIND_NOTES = """\
# Storage

## Q1. What is a bucket?

It holds objects.

## Q2. How are objects found?

By their keys.

## Q3. When is a key changed?

Every year.

# Interview Tips

- Draw the parts.

# Questions

1. Three zones of one region.
2. Buckets of two accounts.

# 3 Most Common Questions

1. Explain your last project.
2. Roles vs policies.
3. How is a volume made?
"""

ESCAPED_NUMBERS = """\
# Rapid_fire

Read it once before the interview.

# 1\\. What is a residual?

**Answer:**
A fit.

# 2\\. Sampling in statistics

**Answer:**
A part of the population.

# 3\\. Why are classes apart?

**Answer:**
It keeps classes apart.
"""

PROBLEMS_BELOW_TITLES = """\
# Mock interview

## 1. Rows

### Problem

**Difficulty:** medium

Scale each row of a matrix.

```python
def scale(rows): ...
```

### Solution

Subtract the mean, then divide.

## 2. Batches

### Problem

Write a generator of batches.

- Keep the last one.

### Solution

Slice in a loop.
"""

REMARKS_THAT_ASK = """\
## 1. What is a subword?

A piece of a word.

## 2. Why are keys kept?

Keys are kept.

## 3. When is it too large?

With long contexts.

## Interview Preparation Tips

**What interviewers look for:**
- Clear explanations (can you teach this?)
- Practical experience (have you built this?)
- Trade-offs (why this one?)
- Awareness (cost, scale)
- Calm (who is not?)
"""

SECTION_OPENED_BY_A_QUESTION = """\
## Basic:

**Q:** What is a learner?

It maps data.

**Q:** Why several of them?

Their errors differ.

**Q:** How are they joined?

By votes, or by another one.

**Q:** When is one enough?

With little data.

## Advanced:

1. **How are rare classes handled, and why does accuracy mislead?**

It can be done in the data.

1. **Find the rare rows**: first they are counted.

2. **Find their neighbours**: then they are copied.

3. **Find a weight**: then the loss is weighed.

4. **Find a threshold**: last comes the curve.

5. **Find an end**: enough.
"""

SEEDS_IN_A_LIST = """\
## Models

1. How is Seed1 used？ → [04](models.md)
2. Seed1.5 的缓存怎么理解？ → [04](models.md)
3. 为什么要蒸馏？ → [05](models.md)
"""

NAMES_OF_QUESTIONS = """\
# Selling

### Section 1: Detailed Questions & Answers

**Q: How do you begin?**
I listen.

**Q: How do you end?**
I sum up.

**Q: Whom do you ask?**
The one who pays.

### Section 2: Rapid-Fire Questions (Short Answers)

1. **What is a deal?** → A promise of two sides.
2. **What is a price?** → What one side gives.
3. **What is a phase?** → A part of the work.

## Part 2

### Walk me through a deal.

First there is a call.

### How do you measure it?

By its margin.

### What do you do when it is lost?

I ask why.

### Describe a call that went wrong.

Nobody came.

### Who decides?

The one who pays.

### When is a deal closed?

When both sides sign.
"""

LINKS_BELOW_QUESTIONS = """\
# Questions

## Level 1

1. [How is a list shown?](./list.md)
2. [Create a counter.](./counter.md)
3. [How is a value kept?](./value.md)
4. [What is a hook?](./hook.md)
5. [When is a part drawn?](./drawn.md)
6. [Why are keys needed?](./keys.md)

## Basic Questions

- [Props vs State](./state.md)
- [Fragments](./fragments.md)

## Tools

- [A linter](./linter.md)
"""

BRACKETED_NUMBERS = """\
Notes of an evening

1) Explain your pipeline

Step by step:

1. The first step.
2. The second step.

Cross Question

Interviewer:

Why is part 1 needed?

Answer

It is checked there.

2) The pod runs, but nothing comes. What do you check?

Step by step:

1. The first step.
2. The second step.

3) How is a node drained?

Step by step:

1. The first step.
2. The second step.

Cross Question

Interviewer:

Why is part 3 needed?

Answer

It is checked there.

4) What is an alert?

Step by step:

1. The first step.
2. The second step.

5) Rollback failed, what next?

Step by step:

1. The first step.
2. The second step.

Cross Question

Interviewer:

Why is part 5 needed?

Answer

It is checked there.

6) What is state?

Step by step:

1. The first step.
2. The second step.

7) Readiness and liveness

Step by step:

1. The first step.
2. The second step.

Cross Question

Interviewer:

Why is part 7 needed?

Answer

It is checked there.

8) How is drift found?

Step by step:

1. The first step.
2. The second step.
"""

COUNTED_IN_SECTIONS = """\
# Data Interview Questions
My collection.

## Machines

#### 1\\. Locks and threads

## Sorting

#### 1\\. Hash tables
Keys and values.

#### 2\\. Heaps

## Analysis

### 1\\. Derivatives

### 2\\. Integrals

### 3\\. Convexity

## Matrices

#### 1\\. Rank

#### 2\\. Norms

#### 3\\. Jacobians
All partial derivatives.

## Chances

#### 1\\. Likelihood

#### 2\\. Posterior
"""

CHAPTERS_OF_A_LIST = """\
1. 样式

   1. 盒模型

      1. 标准的一种
      2. 怪异的一种

   2. 定位

      1. 有哪几种定位

      2. 分别依据谁来定位

         ```
         relative
         ```

   3. 隐藏元素

      1. 不占位置
      2. 占位置

2. 语言

   1. 数据类型
      1. 七种
   2. 深拷贝
      1. 递归
   3. 去重
   4. 扁平化
   5. 柯里化

3. 网络

   1. 状态码
      1. 三位数
   2. 缓存
   3. 跨域
   4. 握手
"""

SERIES_WITH_A_PLAIN_ONE = """\
### Q1. Tell of part 1.
Answer: the 1th.

- small
- round

### Q2. Tell of part 2.
Answer: the 2th.

- small
- round

### Q3. What is part 3?
Answer: the 3th.

- small
- round

### Q4. Tell of part 4.
Answer: the 4th.

- small
- round

### Q5. Tell of part 5.
Answer: the 5th.

- small
- round

### Q6. What is part 6?
Answer: the 6th.

- small
- round

### Q7. Tell of part 7.
Answer: the 7th.

- small
- round

### Q8. Tell of part 8.
Answer: the 8th.

- small
- round

### Q9. What is part 9?
Answer: the 9th.

- small
- round

### Q10. Tell of part 10.
Answer: the 10th.

- small
- round

### Q11. Tell of part 11.
Answer: the 11th.

- small
- round

### Q12. What is part 12?
Answer: the 12th.

- small
- round

### Q13. Tell of part 13.
Answer: the 13th.

- small
- round

14. Which part is the result of all others?
Answer: the last.
"""

FILES: dict[str, NotesFile] = {
    "numbered headings": NotesFile(
        "F1", NUMBERED_HEADINGS,
        ["What is padding?", "How large is the output?", "空洞卷积是什么？", "Group normalisation",
         "Why divide by $\\sqrt{d_k}$?", "Why several heads?"],
        2, ("Some words before the first question.", "Some book."),
    ),
    "plain headings": NotesFile(
        "F2", PLAIN_HEADINGS, ["鞍点的定义和特点？", "什么是 ReLU？", "什么时候用 BN？"], 1, ("一本书。",)
    ),
    "bold lines": NotesFile(
        "F3", BOLD_LINES,
        ["What is supervised learning?", "What is regression?", "Which models are linear?", "How is it trained?"], 1,
    ),
    "labelled bullets": NotesFile(
        "F4", LABELLED_BULLETS, ["用了什么激活函数？", "几个卷积层"], 0, ("2012 年冠军。", "很多工作用它。")
    ),
    "headings in bullets": NotesFile(
        "F4", HEADINGS_IN_BULLETS, ["解释感受野", "BatchNorm 和 LayerNorm 的区别", "池化的作用"], 1
    ),
    "numbered items": NotesFile(
        "F5", NUMBERED_ITEMS,
        ["Dropout的理解", "梯度消失和梯度爆炸的原因", "什么时候使用BN和LN？", "What is RAG?", "池化的作用 (两点)"], 1,
    ),
    "stems": NotesFile(
        "F5", STEMS,
        ["What is a random variable?", "A learning rate is halved. What happens to the loss?",
         "A learning rate is halved. Why is that so?", "Derive the estimator.",
         "Is it biased?", "Is it consistent?",
         "Say that a coin is fair. How many flips are needed on average, and why is it not a different number of flips "
         "than for a coin that is not?"], 6,
    ),
    "numbered bullets": NotesFile(
        "F8", BULLETS_BY_HAND,
        ["主流模型有哪些？", "训练目标是什么？", "归一化: 怎么算？", "归一化: 有什么特点？",
         "为什么是 decoder-only？"], 5,
    ),
    "folded blocks": NotesFile(
        "F6", FOLDED, ["What is a kernel?", "Why odd sizes?", "What is stride?", "What is dilation?"], 0,
        ("Some words outside.",),
    ),
    "html headings": NotesFile(
        "F7", HTML_HEADINGS, ["What is a tensor?", "Explain broadcasting", "What is a view?"], 1
    ),
    "outline": NotesFile(
        "F8", OUTLINE, ["什么是 IoU？", "NMS 的步骤是什么？", "什么是 anchor？", "为什么要用 FPN？"], 4
    ),
    "flashcards": NotesFile("F9", FLASHCARDS, ["What is a batch?", "What is an epoch?"]),
    "inline flashcards": NotesFile("F9", INLINE_FLASHCARDS, ["What is a logit?", "What is a prior?", "学习率"]),
    "hashcards": NotesFile(
        "F9", HASHCARDS,
        ["What does Adam estimate?", "What is AdamW?", "The @{1} of the batch is @{2}."],
    ),
    "front and back": NotesFile("F9", FRONT_BACK, ["What is a residual?", "Why does it help?"]),
    "table": NotesFile("F9", TABLE, ["What is pruning?", "What is distillation?"]),
    "numbers only": NotesFile(
        "F10", NUMBERS_ONLY, ["What is overfitting?", "What is underfitting?", "What is bias?"], 1
    ),
    "subjects in an outline": NotesFile(
        "F8", SUBJECTS_IN_OUTLINE,
        ["Part one: What does the forget gate do?", "Part one: Which gate writes?",
         "Part two: training: Why clip gradients?", "By value or by norm?",
         "Part two: training: How many steps are unrolled?", "Part two: training: Is the state kept between batches?"],
        6,
    ),
    "questions below their subject": NotesFile(
        "F10", QUESTIONS_BELOW,
        ["Batch size: What happens to the gradient noise when the batch grows?",
         "Warm-up: Large models begin with small steps. Would you leave that out for a small one?",
         "Learning rate: Tell me how you find one.", "Early stopping: When does it hurt?",
         "Seeds: How many do you run?"],
        3,
    ),
    "labels beside sections": NotesFile(
        "F2", LABELLED_AND_SECTIONS,
        ["How to use a window that overlaps?", "Where does the gradient go?", "Where does the gradient go now?",
         "Is it linear?", "Is it learnt?"],
    ),
    "a title that only counts": NotesFile("F2", COUNTED_TITLE, ["Why is depth better than width?"]),
    "skewed numbers": NotesFile(
        "F5", SKEWED_NUMBERS, ["What is a token?", "What is a vocabulary?", "What is padding for?"]
    ),
    "labels in a guide": NotesFile(
        "F3", LABELS_IN_A_GUIDE, ["How is a copy found?", "What when it is full?", "Is it safe?"], 0,
        ("A copy that is near.", "It grows old.", "1. Install it"),
    ),
    "questions in a guide": NotesFile(
        "F2", QUESTIONS_IN_A_GUIDE, ["What is a limit?", "Why is it needed?"], 0, ("Take the package.", "Start it."),
    ),
    "a title in front matter": NotesFile("F2", FRONT_TITLE, ["let 和 const 有什么区别？"]),
    "numbers without blanks": NotesFile(
        "F5", NUMBERS_WITHOUT_BLANKS, ["broker 是什么？", "producer 是否直接发送？", "什么是分区？"]
    ),
    "parts of an outline": NotesFile(
        "F8", PARTS_OF_AN_OUTLINE,
        ["对比篇: CNN 和 RNN 有什么区别？", "对比篇: 什么时候用 CNN？", "训练: 请求怎么分批？",
         "训练: 测试集怎么选？", "训练: 为什么要打乱？", "训练: 学习率怎么定？"], 6,
    ),
    "decorated headings": NotesFile("F1", DECORATED_HEADINGS, ["What is a store?", "What is a reducer?"]),
    "one card": NotesFile("F9", ONE_CARD, ["How is a loss averaged?"]),
    "follow-ups": NotesFile(
        "F3", FOLLOW_UPS,
        ["为什么要做归一化？", "放在激活之前还是之后？", "推理时用什么统计量？", "批很小怎么办？"],
    ),
    "lists of two kinds": NotesFile(
        "F5", LISTS_OF_TWO_KINDS, ["一个类能继承几个类？", "接口能有属性吗？", "什么时候用抽象类？"], 0,
        ("1. **只讲语法**：不够。",),
    ),
    "counted topics": NotesFile(
        "F1", COUNTED_TOPICS,
        ["What is being solved", "Elements", "Bellman", "What is a return", "Policies", "Models", "Why a baseline",
         "Exploration", "What is the difference of value and policy?", "Why clip?"],
    ),
    "bullets with answers at the margin": NotesFile(
        "F4", BULLETS_WITH_MARGINS,
        ["What renders a component again?", "What is an effect?", "When is a hook called?"],
    ),
    "plain lines": NotesFile(
        "F3", PLAIN_LINES,
        ["What is an image?", "Explain the layers of an image.", "What is a volume? Give an example.",
         "How do containers talk?", "What is a bridge?", "What is an overlay?", "When is the host network used?"],
        5, ("Containers",),
    ),
    "a plain line beside headings": NotesFile(
        "F2", PLAIN_BESIDE_HEADINGS,
        ["What is a parent?", "What is a plugin?", "What is a profile?", "What is a repository?"],
    ),
    "glossary": NotesFile(
        "F4", GLOSSARY,
        ["Epoch", "Batch", "Step", "Loss", "Gradient", "Momentum", "Warm-up", "Schedule"],
    ),
    "links beside questions": NotesFile(
        "F8", LINKS_BESIDE_QUESTIONS,
        ["What is a token?", "Compare words and pieces", "Why are vowels no tokens?", "How long is a vocabulary?",
         "What is a merge?", "What is a byte?", "How are numbers cut?"],
        6,
    ),
    "labels with remarks": NotesFile(
        "F3", LABELS_WITH_REMARKS,
        ["Find the largest of two sums.", "Reverse a list.", "How is a cache cleared?"], 2,
    ),
    "numbers of two looks": NotesFile(
        "F5", NUMBERS_OF_TWO_LOOKS,
        ["What is a portal?", "What is a fragment?", "What is a ref?", "What is a component?",
         "Explain what a key is for.", "How are events handled?"],
    ),
    "announced list": NotesFile(
        "F2", ANNOUNCED_LIST,
        ["What lives on the stack?", "Why can memory leak?", "What happens during boxing?",
         "When are structures avoided?", "What lives on the heap?"],
        3, ("- The stack is small",),
    ),
    "counted items": NotesFile(
        "F5", COUNTED_ITEMS,
        ["数据类型", "== 和 is 的区别", "线程通信", "多路复用有什么区别？", "常见的设计模式", "三次握手",
         "为什么四次挥手？", "外键", "好处有哪些？"],
    ),
    "marked answers in an answer": NotesFile(
        "F1", MARKED_ANSWERS_IN_AN_ANSWER,
        ["What is a container?", "Is it stateless?", "What is the difference of ADD and COPY?", "What is a layer?",
         "What is an image?"],
    ),
    "marked bold lines": NotesFile(
        "F3", MARKED_BOLD_LINES,
        ["分几层", "握手的过程", "窗口", "为什么可靠", "两个协议的区别", "挥手的原因", "端口", "拥塞"],
    ),
    "subjects among bold lines": NotesFile(
        "F4", SUBJECTS_AMONG_BOLD_LINES,
        ["卷积核怎么算？", "池化有哪些？", "为什么要下采样？", "感受野是什么？", "深度可分离卷积", "混合精度",
         "多卡训练", "预热", "什么是空洞卷积？", "怎么做量化？"],
    ),
    "codes and follow-ups": NotesFile(
        "F1", CODES_AND_FOLLOW_UPS,
        ["When is a fixed flow enough?", "How is that shown?", "What is a loop?", "Why can it run forever?",
         "Who stops it?", "What does a tool return?"],
        1,
    ),
    "a list before its answers": NotesFile(
        "F5", LIST_BEFORE_ANSWERS,
        ["How are secrets kept?", "Describe the parts of a module.", "Explain why a playbook may run twice.",
         "How is drift found?", "What is a template?"],
        5, ("1. Vaults",),
    ),
    "questions in a table": NotesFile(
        "F9", QUESTIONS_IN_A_TABLE, ["What is bagging?", "Define a feature.", "How is a tree grown?"], 3,
        ("| 3 | Why not? |",),
    ),
    "subjects": NotesFile(
        "F2", SUBJECTS,
        ["三次握手", "HTTPS", "进程和线程", "虚拟内存", "死锁", "事务", "索引是怎么用的？", "锁", "日志", "主从"],
        1, ("一本书。",),
    ),
    "what was asked": NotesFile(
        "F5", WHAT_WAS_ASKED,
        ["自我介绍", "介绍项目，为什么选择水平触发？", "多态", "三次握手的过程，两次为什么不行？", "进程间通信", "协程",
         "慢启动是什么？", "半连接队列满了会怎样？", "了解分布式系统吗？", "数据库的引擎", "两个文件怎么比较？",
         "空的类有多大？", "提问环节"],
        13, ("聊得很好。",),
    ),
    "announced in answers": NotesFile(
        "F5", ANNOUNCED_IN_ANSWERS,
        ["注意力的公式是什么？", "为什么要除以维度的平方根？", "掩码有什么用？", "如果窗口变长，延迟怎么变化？",
         "为什么生成时不能并行？", "什么时候微调？", "数据怎么清洗？"],
        6,
    ),
    "marks and gaps": NotesFile(
        "F5", MARKS_AND_GAPS,
        ["Why a margin?", "Which points hold it?", "Explain the kernel trick",
         "What is `__init__` for, and what is `__new__`?"],
    ),
    "subjects in bullets": NotesFile(
        "F8", SUBJECTS_IN_BULLETS,
        ["卷积", "池化", "感受野", "归一化", "长短期记忆", "门控单元", "梯度消失", "双向", "注意力", "位置编码"],
        0, ("加油。",),
    ),
    "orders counted through": NotesFile(
        "F5", ORDERS_COUNTED_THROUGH,
        ["Write a query that sorts rows.", "Write a query that counts rows.", "Explain a join.",
         "Write a query that ranks rows.", "Grant a right to an account.", "Revoke all rights of an account.",
         "Write a rule for each row.", "Describe a role."],
    ),
    "bold parts of patterns": NotesFile(
        "F1", BOLD_PARTS_OF_PATTERNS,
        ["Derived state", "Shared caches", "Pages of a list", "Flat trees", "Whole tests", "Kept values", "Slow input",
         "Shared hooks", "Late loading", "Undo"],
    ),
    "subjects before questions": NotesFile(
        "F2", SUBJECTS_BEFORE_QUESTIONS,
        ["Regions", "Zones", "Accounts", "Roles", "Policies", "Buckets", "Objects", "Keys", "Volumes", "Images",
         "Networks", "Gateways", "Routes", "Explain your last project.", "Roles vs policies.", "How is a volume made?"],
        3,
    ),
    "plain headings in a section": NotesFile(
        "F3", PLAIN_HEADINGS_IN_A_SECTION,
        ["How do you begin?", "How do you end?", "Whom do you ask?", "What is a phase?", "What is a margin?",
         "Why do deals fail?", "When is a deal closed?", "Who decides?", "Walk me through a deal.",
         "How do you measure it?", "A client is silent. What now?", "What is a price?", "Why is it cut?",
         "How is it told?", "What is a promise?"],
    ),
    "subjects below days": NotesFile(
        "F1", SUBJECTS_BELOW_DAYS,
        ["Images", "Layers", "Volumes", "Ports", "Networks", "Registries", "Names", "Limits", "Users", "Secrets",
         "Pods", "Nodes", "Services", "Routes", "Roles", "Quotas", "Labels", "Jobs", "Probes", "Rollouts"],
    ),
    "bold labels alone": NotesFile(
        "F3", BOLD_LABELS_ALONE,
        ["What is linkage?", "Given the counts below:", "Why are trees cut?", "What is a rule?"],
    ),
    "a long table of tasks": NotesFile(
        "F9", A_LONG_TABLE_OF_TASKS,
        ["Average order value", "Customers without orders", "Highest revenue", "Two joined tables",
         "Words side by side", "Missing values", "Growth by year", "Prices above the mean", "Orders by customer",
         "Ranges that overlap", "Median by title", "The latest record"],
        12,
    ),
    "underlined lines": NotesFile(
        "F2", UNDERLINED_LINES,
        ["What are services?", "When to split them?", "Explain a gateway", "How do they talk?", "Explain discovery.",
         "Tuning and planning"],
    ),
    "a series of its own": NotesFile(
        "F1", A_SERIES_OF_ITS_OWN,
        ["What is an injection?", "Why are queries bound?", "How are keys kept?", "What is a session?",
         "When does a token expire?", "Explain a replay.", "What is a salt?", "Who may read a log?",
         "Explain how you would test all of it", "Injection", "Scripts in pages", "Commands", "Paths", "Keys in code",
         "Weak numbers", "Open redirects", "Cookies"],
    ),
    "a title that names questions": NotesFile(
        "F10", NAMED_SCENES,
        ["A payment service has three kinds of payment. Which pattern makes them?",
         "A queue tells its readers of each change. Which pattern is it?",
         "An old class needs a new interface. Which pattern helps?"],
    ),
    "links that ask": NotesFile(
        "F1", LINKS_THAT_ASK, ["What is recall?", "Why is it high?", "Compare it with precision"], 3,
    ),
    "labels of a chat": NotesFile(
        "F2", LABELS_OF_A_CHAT,
        ["how can requests be limited?", "Yes", "can it be done at the gateway?", "what is throttling",
         "why is it slow?"],
    ),
    "numbers of two levels": NotesFile(
        "F1", NUMBERS_OF_TWO_LEVELS,
        ["What is a cache?", "How does it work?", "What is a line?", "What is a set?", "When is it cold?"],
    ),
    "chapters that ask": NotesFile(
        "F1", CHAPTERS_THAT_ASK,
        ["What is a system?", "How are parts found?", "Interfaces",
         "What is the difference between a queue and a stack?", "When is it done?"],
    ),
    "subjects behind links": NotesFile(
        "F4", SUBJECTS_BEHIND_LINKS,
        ["词表", "激活函数", "优化器", "反向传播", "损失函数", "课程学习", "归一化", "位置编码", "注意力", "显存估算",
         "剪枝", "量化", "项目是怎么分工的？", "遇到过什么困难？", "指标是怎么定的？"],
        3,
    ),
    "headings that divide answers": NotesFile(
        "F1", HEADINGS_THAT_DIVIDE_ANSWERS,
        ["How does a request travel?", "What is a handshake?", "Why is it encrypted?", "When is it closed?",
         "How is it measured?"],
    ),
    "bare bullets": NotesFile(
        "F8", BARE_BULLETS,
        ["What is a log?", "Ways of splitting a table", "How is a page found?", "Crash and recovery. What is lost.",
         "Why are writes ordered?", "Join algorithms", "Planner", "What is a window?", "Loss and delay",
         "How are packets counted?", "Why is there a handshake?", "When is a port closed?", "Which side ends it?",
         "What does a router do?", "How are names resolved?"],
        15, ("* Feel free to add more questions.", "* Give it a **star** if it helps"),
    ),
    "bullets in Chinese": NotesFile(
        "F8", CHINESE_BULLETS,
        ["指针和引用的区别", "介绍多态的机制", "遍历容器的方式", "有没有用过容器", "编程：反转链表", "进程间怎么通信",
         "分页", "为什么要四次挥手", "哈希冲突如何解决", "迭代查询和递归查询", "了解字节序吗", "锁有哪几种"],
        12,
    ),
    "follow-ups in quotes": NotesFile(
        "F1", FOLLOW_UPS_IN_QUOTES,
        ["什么是混合专家？", "负载怎么均衡？", "优化器状态怎么分片？", "通信多少？", "什么是低秩适配？"],
    ),
    "bullets above paragraphs": NotesFile(
        "F8", BULLETS_ABOVE_PARAGRAPHS,
        ["重载与重写", "访问控制", "抽象类与接口", "this", "static", "包装类", "String", "泛型", "内部类", "异常",
         "反射", "枚举"],
        1, ("- [什么是反射？](https://example.org/reflection)",),
    ),
    "subjects further out": NotesFile(
        "F2", SUBJECTS_FURTHER_OUT,
        ["缩放点积", "多头", "位置编码", "混淆矩阵", "早停", "权重衰减", "随机失活", "批归一化", "层归一化", "模型压缩",
         "交叉熵", "焦点损失", "三元组损失"],
    ),
    "labels in one section": NotesFile(
        "F3", LABELS_IN_ONE_SECTION,
        ["什么是冒烟测试？", "怎么写用例？", "缺陷怎么管理？", "覆盖率怎么衡量？", "时间不够怎么办？",
         "如何测一个接口？", "什么是回归测试？", "什么是等价类？", "为什么转岗？", "压力怎么测？", "谁来定优先级？"],
        0, ('- "用例要有明确的步骤。"', "- [为什么要自动化？](./automation.md) — 项目的主战场"),
    ),
    "half of the subjects ask": NotesFile(
        "F2", HALF_OF_THE_SUBJECTS_ASK,
        ["如何设计埋点", "打包的原理", "集合和映射的区别", "打包工具如何选择", "状态管理的思想", "微任务", "类型",
         "组合继承", "构造函数", "编译的过程", "分支的策略", "握手的流程", "前端工程"],
    ),
    "counted subjects": NotesFile(
        "F1", COUNTED_SUBJECTS,
        ["批归一化", "门控激活", "位置编码的种类", "键值缓存", "低秩适配", "注意力", "信息熵", "权重共享",
         "评估指标的选择", "填充", "混合专家", "对比学习"],
    ),
    "a chain of follow-ups": NotesFile(
        "F2", CHAIN_OF_FOLLOW_UPS,
        ["套接字是什么？", "为什么要非阻塞？", "背压怎么处理？", "半包是怎么回事？", "水平触发怎么用？",
         "心跳为什么存在？", "惊群怎么避免？", "连接池有多大？", "怎么练习？"],
        5,
    ),
    "titles at one level": NotesFile(
        "F2", TITLES_AT_ONE_LEVEL,
        ["索引为什么快.md", "事务有哪些隔离级别.md", "如何避免死锁.md", "怎么做主从复制.md", "什么是范式.md"],
    ),
    "questions in fences": NotesFile(
        "F3", QUESTIONS_IN_FENCES,
        ["为什么用跳表？", "索引为什么会失效?", "怎么分页？（不用偏移）", "三次握手少一次会怎样？", "连接的本质是什么?",
         "怎么知道丢了包？", "单线程为什么快？", "怎么做消息队列？", "热点怎么办？"],
        9, ("2.网络：",),
    ),
    "said in a diary": NotesFile(
        "F3", SAID_IN_A_DIARY,
        ["存储引擎为什么要分层？", "说一下合并的过程。", "写放大是什么？", "聊一下事务。", "并发怎么办？",
         "选主的算法讲一下"],
        5,
    ),
    "taking turns": NotesFile(
        "F3", TAKING_TURNS,
        ["What is a log?", "How is a page found?", "Why are writes ordered?", "What is a window?",
         "Which side ends it?", "When is a port closed?"],
    ),
    "numbered names": NotesFile(
        "F5", NUMBERED_NAMES,
        ["What is a layer?", "How many are there?", "LeNet", "AlexNet - 2012", "ResNet", "What is a step?",
         "Why does it diverge?", "How is it stopped?"],
        6,
    ),
    "only a link": NotesFile(
        "F2", ONLY_A_LINK,
        ["卷积", "池化", "归一化", "优化器", "学习率", "损失函数", "正则化", "数据增强", "早停", "显存不足的处理",
         "求和约定", "初始化"],
    ),
    "a pasted answer": NotesFile(
        "F5", PASTED_ANSWER,
        ["图网络怎么做？", "为什么不用随机森林？", "标签怎么输入？", "准确率多少，怎么优化？", "模型怎么解释？"],
        4, ("二面记录",),
    ),
    "diary": NotesFile(
        "F5", DIARY,
        ["什么是哈希表？", "线程池怎么用？", "虚拟内存", "缓存和数据库怎么保持一致。", "索引的实现过程。",
         "说了一遍死锁，追着问什么时候出现。", "死锁的条件", "为什么要避免", "锁的种类", "什么时候用读写锁", "乐观锁",
         "有没有用过消息队列？", "事务的隔离，为何要分级", "讲讲三次握手。", "手写快速排序。", "为什么要四次挥手？",
         "什么是拥塞？", "进程怎么通信？", "栈和堆的区别", "什么是协程？", "分页", "什么是上下文切换？",
         "进程和其他执行单位的区别："],
        21,
    ),
    "folded explanations": NotesFile(
        "F2", FOLDED_EXPLANATIONS,
        ["引导", "扩散", "潜空间", "条件生成", "流匹配", "反向传播", "归一化", "位置编码", "注意力", "低秩",
         "精度", "采样"],
        3,
    ),
    "a guide before labels": NotesFile(
        "F3", GUIDE_BEFORE_LABELS,
        ["What is a log and why is it written first?", "Walk me through a write.", "How are pages found?",
         "Which failures does it survive?", "Why is there a cache?"],
    ),
    "bold statements": NotesFile(
        "F3", BOLD_STATEMENTS,
        ["What is a log?", "Why is it written first?", "When is it cut?", "How large is a page?", "Checksums?",
         "Who finds a page?", "How many are cached?", "Which one goes first?", "How is a page split?",
         "What is a torn page?"],
    ),
    "bold parts of answers": NotesFile(
        "F3", BOLD_PARTS_OF_ANSWERS,
        ["What is a log?", "Why is it written first?", "Walk me through a write.", "Design a page cache.",
         "When is a log cut?"],
    ),
    "counted subjects with terms": NotesFile(
        "F1", COUNTED_SUBJECTS_WITH_TERMS,
        ["Bias and variance", "Overfitting", "Cross-validation", "Leakage", "Linear models", "Trees", "Boosting",
         "Margins", "Neighbours", "Clusters", "Components", "Baselines"],
    ),
    "a subject with parts alone": NotesFile(
        "F2", A_SUBJECT_WITH_PARTS_ALONE,
        ["Streams", "Buffers", "Timers", "Modules", "Events", "Workers", "Sockets", "Errors", "Signals", "Paths",
         "Caches", "Queues"],
    ),
    "answers further out": NotesFile(
        "F1", ANSWERS_FURTHER_OUT,
        ["How is a feed stored?", "What is a shard?", "Why are writes split?", "When is a shard moved?",
         "How are shards found?"],
    ),
    "dashed labels": NotesFile(
        "F3", DASHED_LABELS,
        ["Q - what is a bucket?", "Q- How are they found ?", "Explain the difference between a bucket and a volume.",
         "Q-let us say you have lost a key. What will you do?",
         "Q-Explain the difference between roles and policies of one account.", "Z * What is a region?*"],
    ),
    "questions behind notes": NotesFile(
        "F1", QUESTIONS_BEHIND_NOTES,
        ["What is a bucket?", "How are objects found?", "When is a key changed?", "Three zones of one region.",
         "Buckets of two accounts.", "Explain your last project.", "Roles vs policies.", "How is a volume made?"],
        5, ("- Draw the parts.",),
    ),
    "escaped numbers": NotesFile(
        "F1", ESCAPED_NUMBERS, ["What is a residual?", "Sampling in statistics", "Why are classes apart?"],
    ),
    "problems below titles": NotesFile(
        "F10", PROBLEMS_BELOW_TITLES,
        ["Rows: Scale each row of a matrix.", "Batches: Write a generator of batches."],
    ),
    "remarks that ask": NotesFile(
        "F1", REMARKS_THAT_ASK, ["What is a subword?", "Why are keys kept?", "When is it too large?"], 0,
        ("- Calm (who is not?)",),
    ),
    "a section opened by a question": NotesFile(
        "F3", SECTION_OPENED_BY_A_QUESTION,
        ["What is a learner?", "Why several of them?", "How are they joined?", "When is one enough?",
         "How are rare classes handled, and why does accuracy mislead?"],
    ),
    "an answer's word inside a name": NotesFile(
        "F5", SEEDS_IN_A_LIST, ["How is Seed1 used？", "Seed1.5 的缓存怎么理解？", "为什么要蒸馏？"], 3,
    ),
    "the frame of a plan": NotesFile(
        "F1", FRAME_OF_A_PLAN,
        ["Logs", "Queues", "Pages", "Caches", "Locks", "Threads", "Stacks", "Heaps", "Roots", "Regions"],
        unplaced=("Two a week.", "A log."),
    ),
    "appendices": NotesFile(
        "F2", APPENDICES,
        ["Logs", "Queues", "Pages", "Caches", "Regions", "Rows", "Columns", "Keys", "Trees", "Views", "Locks",
         "Signals"],
        unplaced=("One star: often asked.", "Words on threads.", "A book on logs.", "Sleep."),
    ),
    "labels beside a report": NotesFile(
        "F1", LABELS_BESIDE_A_REPORT, ["The log", "The queue", "The page", "The cache", "The lock", "The thread"],
    ),
    "subjects with pictures": NotesFile(
        "F2", SUBJECTS_WITH_PICTURES,
        ["Counter", "Stack", "Heap", "Method area", "Constants", "Buffers", "Roots", "Marking", "Copying",
         "Generations", "Pauses", "Regions"],
    ),
    "names of questions": NotesFile(
        "F2", NAMES_OF_QUESTIONS,
        ["How do you begin?", "How do you end?", "Whom do you ask?", "What is a deal?", "What is a price?",
         "What is a phase?", "Walk me through a deal.", "How do you measure it?", "What do you do when it is lost?",
         "Describe a call that went wrong.", "Who decides?", "When is a deal closed?"],
    ),
    "links below questions": NotesFile(
        "F5", LINKS_BELOW_QUESTIONS,
        ["How is a list shown?", "Create a counter.", "How is a value kept?", "What is a hook?",
         "When is a part drawn?", "Why are keys needed?", "Props vs State", "Fragments"],
        8,
    ),
    "bracketed numbers": NotesFile(
        "F5", BRACKETED_NUMBERS,
        ["Explain your pipeline", "Why is part 1 needed?", "The pod runs, but nothing comes. What do you check?",
         "How is a node drained?", "Why is part 3 needed?", "What is an alert?", "Rollback failed, what next?",
         "Why is part 5 needed?", "What is state?", "Readiness and liveness", "Why is part 7 needed?",
         "How is drift found?"],
    ),
    "counted in sections": NotesFile(
        "F1", COUNTED_IN_SECTIONS,
        ["Locks and threads", "Hash tables", "Heaps", "Derivatives", "Integrals", "Convexity", "Rank", "Norms",
         "Jacobians", "Likelihood", "Posterior"],
        9, ("My collection.",),
    ),
    "chapters of a list": NotesFile(
        "F5", CHAPTERS_OF_A_LIST,
        ["盒模型", "有哪几种定位", "分别依据谁来定位", "隐藏元素", "数据类型", "深拷贝", "去重", "扁平化", "柯里化",
         "状态码", "缓存", "跨域", "握手"],
        7,
    ),
    "a series with a plain question": NotesFile(
        "F1", SERIES_WITH_A_PLAIN_ONE,
        ["Tell of part 1.", "Tell of part 2.", "What is part 3?", "Tell of part 4.", "Tell of part 5.",
         "What is part 6?", "Tell of part 7.", "Tell of part 8.", "What is part 9?", "Tell of part 10.",
         "Tell of part 11.", "What is part 12?", "Tell of part 13.", "Which part is the result of all others?"],
    ),
    "choices": NotesFile(
        "F1", CHOICES,
        ["What is the gradient of a constant?", "What is the sum of softmax?", "What is the logarithm of one?"],
    ),
    "answers at the end": NotesFile("F11", ANSWERS_BELOW, ["What is a GAN?", "What is a VAE?", "What is a flow?"]),
}  # fmt: skip
