/** A table that scrolls sideways inside its own frame where it is wider than the screen, by keyboard as well. */
import { Table, type TableProps } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

/** True while the element's content is wider than the element. */
const useIsWider = (): readonly [React.RefObject<HTMLDivElement | null>, boolean] => {
  const frame = useRef<HTMLDivElement>(null);
  const [isWider, setIsWider] = useState(false);
  useEffect(() => {
    const element = frame.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => setIsWider(element.scrollWidth > element.clientWidth));
    observer.observe(element);
    for (const child of element.children) observer.observe(child);
    return () => observer.disconnect();
  }, []);
  return [frame, isWider];
};

/** As antd's Table; `label` names it for screen readers. While it is loading it does not say that there is nothing. */
export const DataTable = <Row extends object>({
  label,
  ...rest
}: TableProps<Row> & { readonly label: string }) => {
  const { t } = useTranslation();
  const [frame, isWider] = useIsWider();
  const isWaiting = rest.loading === true && (rest.dataSource ?? []).length === 0;
  return (
    <div
      ref={frame}
      className="suyuan-table"
      {...(isWider ? { role: 'region', 'aria-label': `${label}: ${t('common.scrolls')}`, tabIndex: 0 } : {})}
    >
      <Table<Row>
        size="middle"
        pagination={false}
        {...rest}
        {...(isWaiting ? { locale: { emptyText: <></> } } : {})}
      />
    </div>
  );
};
